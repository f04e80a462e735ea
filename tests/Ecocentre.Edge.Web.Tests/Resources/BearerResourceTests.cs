using System.Net;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class BearerResourceTests : IAsyncLifetime
{
    private ShownCentre _centre = null!;

    public async ValueTask InitializeAsync() => _centre = await ShownCentre.StartAsync();

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Fact]
    public async Task A_browser_trades_a_token_for_a_cookie_that_scripts_and_other_sites_do_not_get()
    {
        var token = _centre.Token(Roles.Viewer, name: "desk of Ada");
        using var answer = await PostAsync("login", $"{{\"token\":\" {token} \"}}");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        Assert.Contains("path=/", cookie);
        Assert.DoesNotContain("secure", cookie);
        var bearer = await ShownCentre.JsonAsync(Browser(cookie), "/api/v1/bearer");
        Assert.Equal(("desk of Ada", "viewer"), (bearer.GetProperty("name").GetString(), bearer.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task The_cookie_is_for_encrypted_ways_only_where_the_browser_came_by_one()
    {
        using var answer = await PostAsync("login", $"{{\"token\":\"{_centre.Token(Roles.Viewer)}\"}}", ("X-Forwarded-Proto", "https"));
        Assert.Contains("secure", answer.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public async Task A_wrong_token_is_told_so_and_costs_the_address_what_it_costs_elsewhere()
    {
        await using var centre = await ShownCentre.StartAsync(options: usual => usual with { PerAddress = new Rate(0.01, 30) });
        centre.Token(Roles.Viewer);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("login", "{\"token\":\"guess\"}", centre: centre)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("login", "{\"token\":\"guess\"}", centre: centre)).StatusCode);
        using var third = await PostAsync("login", "{\"token\":\"guess\"}", centre: centre);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.False(third.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task What_is_no_login_is_refused()
    {
        foreach (var body in new[] { "", "{}", "{", "[]", "{\"token\":7}", $"{{\"token\":\"{new string('x', 2_000)}\"}}" })
            Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("login", body)).StatusCode);
        using var form = new StringContent($"token={_centre.Token(Roles.Viewer)}", Encoding.UTF8, "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await _centre.Client().PostAsync("/api/v1/login", form)).StatusCode);
    }

    [Fact]
    public async Task Pages_of_elsewhere_can_neither_log_in_nor_out_nor_ask_with_the_cookie()
    {
        var token = _centre.Token(Roles.Viewer);
        (string, string)[] strangers = [("Origin", "https://evil.example"), ("Origin", "http://127.0.0.1:1"), ("Origin", "null"), ("Sec-Fetch-Site", "same-site"),
            ("Sec-Fetch-Site", "cross-site")];
        foreach (var stranger in strangers)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("login", $"{{\"token\":\"{token}\"}}", stranger)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("logout", "", stranger)).StatusCode);
            using var asking = new HttpRequestMessage(HttpMethod.Get, "/api/v1/desks");
            asking.Headers.Add("Cookie", $"{BearerCookie.Name}={token}");
            asking.Headers.Add(stranger.Item1, stranger.Item2);
            Assert.Equal(HttpStatusCode.Unauthorized, (await _centre.Client().SendAsync(asking)).StatusCode);
        }
        using var none = new HttpRequestMessage(HttpMethod.Post, "/api/v1/logout");
        Assert.Equal(HttpStatusCode.Forbidden, (await _centre.Client().SendAsync(none)).StatusCode);
    }

    [Fact]
    public async Task A_revoked_tokens_cookie_is_taken_back_and_the_browser_is_nobody()
    {
        var token = _centre.Token(Roles.Viewer);
        _centre.Token(Roles.Admin);
        var browser = Browser($"{BearerCookie.Name}={token}");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/desks")).StatusCode);
        TokenFile.Change(_centre.TokensFile, all => [.. all.Select(t => t.Sha256 == TokenEntry.Hash(token) ? t with { Revoked = _centre.Now() } : t)]);
        _centre.Time.Skip(TimeSpan.FromSeconds(2));
        using var answer = await browser.GetAsync("/api/v1/desks");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("max-age=0", answer.Headers.GetValues("Set-Cookie").Single());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Logging_out_takes_the_cookie_back()
    {
        using var answer = await PostAsync("logout", "");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Contains("max-age=0", answer.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public async Task A_cookie_may_no_more_than_its_token()
    {
        var browser = Browser($"{BearerCookie.Name}={_centre.Token(Roles.Auditor)}");
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/v1/desks")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/points")).StatusCode);
    }

    [Fact]
    public async Task Who_sits_at_this_machine_while_there_are_no_tokens_has_no_name()
    {
        var bearer = await ShownCentre.JsonAsync(_centre.Client(), "/api/v1/bearer");
        Assert.Equal(JsonValueKind.Null, bearer.GetProperty("name").ValueKind);
        Assert.Equal("viewer", bearer.GetProperty("role").GetString());
        _centre.Token(Roles.Viewer);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _centre.Client().GetAsync("/api/v1/bearer")).StatusCode);
    }

    private HttpClient Browser(string cookie)
    {
        var client = _centre.Client(over: new SocketsHttpHandler { UseCookies = false });
        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        return client;
    }

    /// <summary>As a page of the gateway's own posts, unless a header says otherwise.</summary>
    private Task<HttpResponseMessage> PostAsync(string path, string body, (string Name, string Value)? header = null, ShownCentre? centre = null)
    {
        centre ??= _centre;
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (header is { } given) request.Headers.TryAddWithoutValidation(given.Name, given.Value);
        if (!request.Headers.Contains("Origin")) request.Headers.Add("Origin", centre.Server.Address.GetLeftPart(UriPartial.Authority));
        return centre.Client(over: new SocketsHttpHandler { UseCookies = false }).SendAsync(request);
    }
}
