using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Tests.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>From incidents of yesterday to what a stranger holds in his hands: a retained note of a real broker, a stamp of an authority made with openssl, a
/// proof over HTTP. A minute of the gateway takes a second.</summary>
public sealed class EvidenceTests : IAsyncLifetime
{
    private readonly SiteBench _bench = new();
    private readonly FastClock _clock = FastClock.StartNow(60);
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(90));
    private Mosquitto _broker = null!;
    private TimestampServer _authority = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await Mosquitto.StartAsync();
        _authority = await TimestampServer.StartAsync(_bench.Scratch);
    }

    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync();
        await _broker.DisposeAsync();
        _deadline.Dispose();
        _bench.Dispose();
    }

    [Fact]
    public async Task What_was_recorded_can_be_proven_to_a_stranger()
    {
        var site = _bench.Good(
            $$"""
            "clock": "trusted", "buses": [], "mqtt": { "broker": "{{_broker.Uri}}", "acknowledge": "broker" }, "http": { "listen": "127.0.0.1:0" },
            "evidence": { "origin": "example.org/tested", "timestamp": "{{_authority.Address}}", "timestampCa": "{{_authority.Authority}}" }
            """);
        var yesterday = Instant.From(_clock.Time.GetUtcNow()) - TimeSpan.FromDays(2);
        using (var log = EvidenceLog.Open(site.LogPath, site.Centre, site.Log, yesterday))
            log.Append([new IncidentFact(new Incident(yesterday, IncidentKind.Glitch, "m1.energy", "It was so."))], [], yesterday);
        var token = "";
        TokenFile.Change(site.Http!.TokensFile, all => all.Add(TokenEntry.Make("auditor", Roles.Auditor, yesterday, null, out token)));

        await using var centre = RunningCentre.Open(site, _clock.Time, TimeProvider.System, NullLogger.Instance);
        await using var watcher = new MosquittoLink(new MqttOptions { Broker = _broker.Uri, ClientId = "watcher" }, null, TimeProvider.System, new Random(1));
        watcher.Subscribe("ecocentre/v1/tested/checkpoint");
        watcher.Start();
        using var ending = new CancellationTokenSource();
        var run = centre.RunAsync(ending.Token);

        var retained = SignedNote.Parse(Encoding.UTF8.GetString((await watcher.Incoming.ReadAsync(_deadline.Token)).Payload.Span));
        var key = centre.Keys.Chain.Current!;
        Assert.Equal(key, Assert.Single(retained.Verify([key])));
        var checkpoint = Checkpoint.Parse(retained.Text);
        Assert.Equal("example.org/tested", checkpoint.Origin);

        Assert.NotNull(centre.WebAddress);
        using var http = new HttpClient { BaseAddress = centre.WebAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var proof = LeafProof.Parse(await http.GetStringAsync("/api/v1/evidence/proof?sequence=1&format=proof", _deadline.Token));
        Assert.True(proof.IsSound());
        Assert.Equal(retained, proof.Head);
        var leaf = Assert.IsType<EntryLeaf>(Leaf.Parse(proof.Line));
        Assert.Equal("It was so.", Assert.IsType<IncidentFact>(leaf.Fact).Incident.Text);

        // The stamp lies beside the day and is told with the head.
        await UntilAsync(async () => Outside(await http.GetStringAsync("/api/v1/evidence/checkpoint", _deadline.Token)).Contains("timestamp"));
        var day = centre.Archive.Days[^1].Day;
        Assert.Contains("Verification: OK", await _authority.VerifyAsync(centre.Archive.PathOf(day, "checkpoint"), centre.Archive.PathOf(day, "tsr")));
        // A broker on the same machine is no copy elsewhere.
        Assert.DoesNotContain("mqtt", Outside(await http.GetStringAsync("/api/v1/evidence/checkpoint", _deadline.Token)));
        await UntilAsync(() => Task.FromResult(centre.Log.Records().Any(r => CheckpointRecord.From((RecordFact)r.Fact)?.Note == retained)));
        ending.Cancel();
        await run;
    }

    private static string[] Outside(string json)
    {
        using var now = JsonDocument.Parse(json);
        return [.. now.RootElement.GetProperty("outside").EnumerateArray().Select(copy => copy.GetProperty("by").GetString()!)];
    }

    private async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        while (!await isTrue()) await Task.Delay(50, _deadline.Token);
    }
}
