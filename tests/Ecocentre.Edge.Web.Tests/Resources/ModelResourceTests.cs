using System.Net;
using System.Text.Json;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class ModelResourceTests : IAsyncLifetime
{
    private ShownCentre _centre = null!;

    public async ValueTask InitializeAsync() => _centre = await ShownCentre.StartAsync();

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Theory]
    [InlineData("", null, "application/ld+json", "\"@graph\"")]
    [InlineData("", "application/ld+json", "application/ld+json", "\"@graph\"")]
    [InlineData("", "application/json", "application/ld+json", "\"@graph\"")]
    [InlineData("?format=jsonld", null, "application/ld+json", "\"@graph\"")]
    [InlineData("?format=haystack", null, "application/json", "\"_kind\":\"grid\"")]
    [InlineData("?format=zinc", null, "text/zinc", "ver:\"3.0\"")]
    [InlineData("", "text/zinc", "text/zinc", "ver:\"3.0\"")]
    public async Task It_comes_as_it_is_asked_for(string query, string? accept, string type, string words)
    {
        using var answer = await AskAsync(query, accept);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains(words, text);
        Assert.Contains("air-1.co2", text);
        Assert.DoesNotContain("pir-d01", text);
    }

    [Theory]
    [InlineData("?format=trio", null, HttpStatusCode.BadRequest)]
    [InlineData("?form=zinc", null, HttpStatusCode.BadRequest)]
    [InlineData("", "image/png", HttpStatusCode.NotAcceptable)]
    [InlineData("?format=haystack", "text/zinc", HttpStatusCode.NotAcceptable)]
    public async Task What_it_does_not_come_as_is_said(string query, string? accept, HttpStatusCode status)
    {
        using var answer = await AskAsync(query, accept);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Who_has_it_already_is_told_so_and_who_may_not_see_points_may_not_see_it()
    {
        using var first = await AskAsync("?format=zinc");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/model?format=zinc");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await _centre.Client().SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        var booking = _centre.Client(_centre.Token(Roles.Booking));
        using var refused = await booking.GetAsync("/api/v1/model");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var seen = await _centre.Client(_centre.Token(Roles.Auditor, name: "auditor")).GetAsync("/api/v1/model");
        using var document = JsonDocument.Parse(await seen.Content.ReadAsStringAsync());
        Assert.True(document.RootElement.GetProperty("@graph").GetArrayLength() > 5);
    }

    private async Task<HttpResponseMessage> AskAsync(string query, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/model" + query);
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        return await _centre.Client().SendAsync(request);
    }
}
