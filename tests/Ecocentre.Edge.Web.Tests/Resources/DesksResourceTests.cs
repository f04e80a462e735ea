using System.IO.Compression;
using System.Net;
using Ecocentre.Edge.Occupancy;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class DesksResourceTests : IAsyncLifetime
{
    private ShownCentre _centre = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _centre = await ShownCentre.StartAsync(desks: 40);
        _client = _centre.Client();
    }

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Fact]
    public async Task Desks_are_filtered_by_space_and_state_and_found_by_either_id()
    {
        _centre.Change(0, DeskState.Occupied);
        _centre.Change(5, DeskState.Held);
        Assert.Equal(40, await CountAsync("/api/v1/desks"));
        Assert.Equal(1, await CountAsync("/api/v1/desks?space=booth"));
        Assert.Equal(39, await CountAsync("/api/v1/desks?space=open-space"));
        Assert.Equal(1, await CountAsync("/api/v1/desks?state=held&space=open-space"));
        Assert.Equal(0, await CountAsync("/api/v1/desks?state=free"));
        foreach (var id in new[] { "d06", "LYO-D06" })
        {
            var desk = await ShownCentre.JsonAsync(_client, $"/api/v1/desks/{id}");
            Assert.Equal(("d06", "held", 2), (desk.GetProperty("id").GetString(), desk.GetProperty("state").GetString(), desk.GetProperty("sequence").GetInt32()));
        }
    }

    [Fact]
    public async Task Same_picture_is_answered_304_and_a_changed_one_whole()
    {
        foreach (var path in new[] { "/api/v1/desks", "/api/v1/desks/d02", "/api/v1/desks?state=unknown" })
        {
            using var first = await _client.GetAsync(path);
            var tag = first.Headers.ETag!;
            Assert.True(tag.IsWeak);
            Assert.Equal(HttpStatusCode.NotModified, await AskAsync(path, tag.ToString()));
            Assert.Equal(HttpStatusCode.NotModified, await AskAsync(path, tag.Tag));
            Assert.Equal(HttpStatusCode.NotModified, await AskAsync(path, $"\"other\", {tag}"));
            Assert.Equal(HttpStatusCode.NotModified, await AskAsync(path, "*"));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(path, "W/\"000000000000000000000000\""));
            _centre.Change(1, DeskState.Free);
            Assert.Equal(HttpStatusCode.OK, await AskAsync(path, tag.ToString()));
            _centre.Change(1, DeskState.Unknown);
        }
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, br;q=0.9", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("br;q=0, identity", null)]
    [InlineData("nonsense;;", null)]
    public async Task Answers_are_compressed_as_the_client_takes_them(string accepted, string? encoding)
    {
        var plain = await _client.GetByteArrayAsync("/api/v1/desks");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/desks");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var answer = await _client.SendAsync(request);
        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        var body = await answer.Content.ReadAsStreamAsync();
        using var unpacked = new MemoryStream();
        await (encoding switch { "gzip" => new GZipStream(body, CompressionMode.Decompress), "br" => new BrotliStream(body, CompressionMode.Decompress), _ => body })
            .CopyToAsync(unpacked);
        Assert.Equal(plain, unpacked.ToArray());
    }

    private async Task<int> CountAsync(string path) => (await ShownCentre.JsonAsync(_client, path)).GetProperty("desks").GetArrayLength();

    private async Task<HttpStatusCode> AskAsync(string path, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.ParseAdd(tag);
        using var answer = await _client.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.NotModified) Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        return answer.StatusCode;
    }
}
