using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Web;

namespace Ecocentre.Edge.Tests.Sites;

public sealed class HttpPlacesTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Loopback_needs_nothing_more_and_tokens_lie_beside_the_log()
    {
        var http = Read("""{ "listen": "127.0.0.1:8480" }""", out var mistakes);
        Assert.Empty(mistakes);
        Assert.Equal("/var/lib/centre/log.db.tokens.json", http!.TokensFile);
        Assert.Null(http.Tls);
    }

    [Fact]
    public void Rates_are_requests_a_second_with_four_seconds_worth_at_once()
    {
        var http = Read("""{ "listen": "127.0.0.1:8480", "rate": { "perToken": 10, "perAddress": 0.1 } }""", out _)!;
        Assert.Equal((10, 40), (http.PerToken.PerSecond, http.PerToken.Burst));
        Assert.Equal((0.1, 1), (http.PerAddress.PerSecond, http.PerAddress.Burst));
    }

    [Theory]
    [InlineData("""{ "listen": "0.0.0.0:8480" }""", "$.listen", "in the clear")]
    [InlineData("""{ "listen": "0.0.0.0:8480", "plain": false }""", "$.listen", "in the clear")]
    [InlineData("""{ "listen": "everywhere" }""", "$.listen", "no address and port")]
    [InlineData("""{ "listen": "127.0.0.1:1", "tls": { "certificate": "none.pem", "key": "site.pem" } }""", "$.tls.certificate", "is not there")]
    [InlineData("""{ "listen": "127.0.0.1:1", "plain": true, "tls": { "certificate": "site.pem", "key": "site.pem" } }""", "$.plain", "beside")]
    [InlineData("""{ "listen": "127.0.0.1:1", "rate": { "perToken": 0 } }""", "$.rate.perToken", "")]
    public void Mistakes_are_told_with_their_place(string text, string path, string words)
    {
        _scratch.Write("site.pem", "");
        Read(text, out var mistakes);
        var mistake = Assert.Single(mistakes);
        Assert.Equal(path, mistake.Path);
        Assert.Contains(words, mistake.Problem);
    }

    [Fact]
    public void Other_machines_are_let_in_with_tls_or_where_the_site_says_that_the_way_is_safe()
    {
        _scratch.Write("site.pem", "");
        Assert.NotNull(Read("""{ "listen": "0.0.0.0:8480", "plain": true }""", out var mistakes));
        var tls = Read("""{ "listen": "0.0.0.0:8480", "tls": { "certificate": "site.pem", "key": "site.pem" } }""", out var others)!.Tls!;
        Assert.Empty(mistakes);
        Assert.Empty(others);
        Assert.Equal(_scratch.File("site.pem"), tls.CertificateFile);
    }

    private WebOptions? Read(string text, out List<Mistake> mistakes)
    {
        mistakes = [];
        var root = JsonPlace.Parse("site.json", text, mistakes)!;
        var http = new HttpPlaces(_scratch.Folder).Read(root, "/var/lib/centre/log.db");
        root.Done();
        return http;
    }
}
