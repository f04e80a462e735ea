using Ecocentre.Edge.Signing;

namespace Ecocentre.Edge.Tests.Sites;

/// <summary>What a site says about its evidence.</summary>
public sealed class EvidencePlacesTests : IDisposable
{
    private readonly SiteBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Site_that_says_nothing_signs_under_its_centre()
    {
        var site = _bench.Good("\"buses\": []");
        Assert.Equal(("ecocentre-edge/tested", null), (site.Origin, site.Evidence.Timestamp));
    }

    [Fact]
    public void Origin_authority_and_its_root_are_taken()
    {
        var root = _bench.Scratch.Write("tsa.pem", "");
        var site = _bench.Good("""
            "buses": [], "evidence": { "origin": "example.org/lyon", "timestamp": "https://tsa.example.org/q", "timestampCa": "tsa.pem" }
            """);
        Assert.Equal(("example.org/lyon", "https://tsa.example.org/q", root),
            (site.Origin, site.Evidence.Timestamp!.ToString(), site.Evidence.TimestampAuthorityFile));
    }

    [Theory]
    [InlineData("""{ "origin": "two words" }""", "$.evidence.origin: \"two words\" cannot name a log.")]
    [InlineData("""{ "origin": "a+b" }""", "$.evidence.origin")]
    [InlineData("""{ "timestamp": "ftp://tsa" }""", "$.evidence.timestamp: That is no address of an authority.")]
    [InlineData("""{ "timestamp": "https://me:secret@tsa" }""", "$.evidence.timestamp")]
    [InlineData("""{ "timestamp": "https://tsa", "timestampCa": "none.pem" }""", "$.evidence.timestampCa: There is no file")]
    [InlineData("""{ "timestampCa": "site.json" }""", "$.evidence.timestampCa: No authority is asked")]
    public void Mistake_is_named(string evidence, string words) =>
        Assert.Contains(_bench.Mistakes($"\"buses\": [], \"evidence\": {evidence}"), mistake => mistake.StartsWith(words, StringComparison.Ordinal));

    [Theory]
    [InlineData("mqtt://localhost", "http://127.0.0.1:8086", "")]
    [InlineData("mqtt://[::1]:1883", "http://LOCALHOST:8086", "")]
    [InlineData("mqtt://broker.example.org", "http://192.0.2.7:8086", "mqtt,influx")]
    public void Sinks_on_other_machines_are_known(string broker, string database, string elsewhere)
    {
        var site = _bench.Good($$"""
            "buses": [], "mqtt": { "broker": "{{broker}}" }, "influx": { "url": "{{database}}", "database": "x" }
            """);
        Assert.Equal(elsewhere, string.Join(',', CentreEvidence.Elsewhere(site)));
    }
}
