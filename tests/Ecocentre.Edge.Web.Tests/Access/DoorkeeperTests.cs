using System.Net;
using System.Text.Json;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Access;

public sealed class DoorkeeperTests : IAsyncLifetime
{
    /// <summary>The table itself, once more and by hand: who may ask what. A route that is not here fails the test.</summary>
    private static readonly Dictionary<string, Roles> Table = new()
    {
        ["/api/v1/centre"] = Roles.Any,
        ["/api/v1/spaces"] = Roles.Any,
        ["/api/v1/privacy"] = Roles.Any,
        ["/api/v1/words"] = Roles.Any,
        ["/api/v1/points"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/points/{point}"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/points/{point}/windows"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/points/windows"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/incidents"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/devices"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/model"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/label"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/criteria"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/criteria/{criterion}"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/evidence/checkpoint"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/evidence/proof"] = Roles.Auditor | Roles.Admin,
        ["/metrics"] = Roles.Viewer | Roles.Auditor | Roles.Admin,
        ["/api/v1/live"] = Roles.Viewer | Roles.Admin,
        ["/api/v1/desks"] = Roles.Viewer | Roles.Booking | Roles.Admin,
        ["/api/v1/desks/{desk}"] = Roles.Viewer | Roles.Booking | Roles.Admin,
        ["/api/v1/desks/changes"] = Roles.Booking | Roles.Admin,
        ["/api/v1/desks/stream"] = Roles.Booking | Roles.Admin,
        ["/api/v1/bearer"] = Roles.Any,
        ["/api/v1/plan"] = Roles.Any,
        ["/health/live"] = Roles.None,
        ["/health/ready"] = Roles.None,
    };

    private ShownCentre _centre = null!;

    public async ValueTask InitializeAsync() => _centre = await ShownCentre.StartAsync(label: true);

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Fact]
    public async Task Every_documented_route_is_open_to_its_roles_and_to_nobody_else()
    {
        var tokens = TokenFile.Words.ToDictionary(word => word.Value, word => _centre.Token(word.Value));
        foreach (var path in await DocumentedAsync())
        {
            Assert.True(Table.TryGetValue(path, out var allowed), $"{path} is documented and not in the table.");
            foreach (var (role, token) in tokens)
            {
                var expected = allowed == Roles.None || (allowed & role) != 0 ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
                Assert.True(expected == await AskAsync(path, token), $"{role} at {path}: expected {expected}");
            }
        }
        Assert.Equal(Table.Keys.Order(), (await DocumentedAsync()).Order());
    }

    [Fact]
    public async Task Missing_stale_wrong_and_revoked_tokens_are_refused_everywhere_but_at_health()
    {
        var (good, revoked) = (_centre.Token(Roles.Admin), _centre.Token(Roles.Admin));
        var stale = _centre.Token(Roles.Admin, _centre.Now() + TimeSpan.FromMinutes(1));
        TokenFile.Change(_centre.TokensFile, all => [.. all.Select(t => t.Sha256 == TokenEntry.Hash(revoked) ? t with { Revoked = _centre.Now() } : t)]);
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/api/v1/centre", stale));
        _centre.Time.Skip(TimeSpan.FromMinutes(2));
        string?[] bad = [null, stale, revoked, "nonsense", good[..^1], good + "A", new string('x', 300), "é"];
        foreach (var path in await DocumentedAsync())
        {
            var open = Table[path] == Roles.None;
            Assert.Equal(HttpStatusCode.OK, await AskAsync(path, good));
            foreach (var token in bad)
                Assert.True((open && token is null ? HttpStatusCode.OK : HttpStatusCode.Unauthorized) == await AskAsync(path, token), $"{token} at {path}");
        }
    }

    [Fact]
    public async Task Refusals_say_what_is_wanted_and_nothing_of_the_token()
    {
        var token = _centre.Token(Roles.Booking);
        using var missing = await _centre.Client().GetAsync("/api/v1/desks");
        Assert.Equal("Bearer realm=\"ecocentre-edge\"", missing.Headers.WwwAuthenticate.Single().ToString());
        using var wrong = await _centre.Client("wrong-token").GetAsync("/api/v1/desks");
        Assert.Contains("error=\"invalid_token\"", wrong.Headers.WwwAuthenticate.Single().ToString());
        Assert.DoesNotContain("wrong-token", await wrong.Content.ReadAsStringAsync());
        using var forbidden = await _centre.Client(token).GetAsync("/api/v1/points");
        var text = await forbidden.Content.ReadAsStringAsync();
        Assert.Contains("viewer, auditor, admin", text);
        Assert.DoesNotContain(token, text);
        Assert.Equal("application/problem+json", forbidden.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task While_there_are_no_tokens_this_machine_sees_the_building_and_nothing_else()
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/api/v1/desks", null));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("/api/v1/points", null));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync("/api/v1/desks/changes", null));
        foreach (var header in new[] { "X-Forwarded-For", "Forwarded", "Via" })
        {
            using var passedOn = new HttpRequestMessage(HttpMethod.Get, "/api/v1/desks");
            passedOn.Headers.TryAddWithoutValidation(header, "for=192.0.2.7");
            Assert.Equal(HttpStatusCode.Unauthorized, (await _centre.Client().SendAsync(passedOn)).StatusCode);
        }
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/api/v1/desks") { Headers = { Host = "centre.evil.example" } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await _centre.Client().SendAsync(rebound)).StatusCode);
        _centre.Token(Roles.Viewer);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("/api/v1/desks", null));
    }

    [Fact]
    public async Task Other_addresses_need_a_token_from_the_start()
    {
        await using var centre = await ShownCentre.StartAsync(options: usual => usual with { Listen = new IPEndPoint(IPAddress.Any, 0) });
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{centre.Server.Address.Port}") };
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/desks")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
        Assert.DoesNotContain("troubles\":[", await client.GetStringAsync("/health/ready"));
    }

    [Fact]
    public async Task Too_many_requests_of_a_token_or_an_address_are_told_when_to_come_back()
    {
        await using var centre = await ShownCentre.StartAsync(options: usual => usual with { PerToken = new Rate(2, 5) });
        var (first, second) = (centre.Client(centre.Token(Roles.Viewer)), centre.Client(centre.Token(Roles.Viewer)));
        for (var i = 0; i < 5; i++) Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/api/v1/centre")).StatusCode);
        HttpResponseMessage answer;
        while ((answer = await first.GetAsync("/api/v1/centre")).IsSuccessStatusCode)
        {
            // Real time gives credits back while a busy machine takes its own.
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/api/v1/centre")).StatusCode);
        centre.Time.Skip(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/api/v1/centre")).StatusCode);

        await using var strict = await ShownCentre.StartAsync(options: usual => usual with { PerAddress = new Rate(0.01, 30) });
        var wrong = strict.Client("wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await wrong.GetAsync("/api/v1/centre")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await wrong.GetAsync("/api/v1/centre")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await wrong.GetAsync("/api/v1/centre")).StatusCode);
    }

    private async Task<HttpStatusCode> AskAsync(string path, string? token)
    {
        var query = path switch
        {
            "/api/v1/points/windows" => "?points=main.power.active",
            "/api/v1/evidence/proof" => "?leaf=0",
            _ => "",
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, (path + query)
            .Replace("{point}", "main.power.active").Replace("{desk}", "d01")
            .Replace("{criterion}", "EN-1"));
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 });
        client.BaseAddress = _centre.Server.Address;
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private async Task<string[]> DocumentedAsync()
    {
        using var client = new HttpClient { BaseAddress = _centre.Server.Address };
        using var document = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json"));
        // Orders of browsers are open to anybody, and packs need an archive: both have tests of their own, with their roles.
        return
        [
            .. document.RootElement.GetProperty("paths").EnumerateObject()
                .Where(path => path.Value.TryGetProperty("get", out _) && !path.Name.StartsWith("/api/v1/evidence/export", StringComparison.Ordinal))
                .Select(path => path.Name),
        ];
    }
}
