using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Packs;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Tests.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests.Commands;

/// <summary>A real folder: log, archive, key and checkpoints as the gateway makes them, the label of the program; then the verbs export and verify.</summary>
[Collection(VerbsInTurn.Name)]
public sealed class EvidenceExportCommandTests : IDisposable
{
    private readonly SiteBench _bench = new();
    private readonly Site _site;

    public EvidenceExportCommandTests() => _site = _bench.Good(CentreLabelTests.Members);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task What_a_gateway_sealed_is_exported_and_holds_and_every_verdict_is_judged_again()
    {
        Live(_site, days: 4);
        var pack = _bench.Scratch.File("pack.zip");
        var exported = await Verb.RunAsync(["evidence", "export", "--site", _site.File, "--from", "2026-11-17", "--to", "2026-11-18", "-o", pack]);
        Assert.True(exported.ExitCode == 0, exported.Errors);
        Assert.Contains("evidence verify", exported.Output);
        Assert.False(File.Exists(pack + ".part"));

        var key = _bench.Scratch.Write("key.pem", JsonNode.Parse((await Verb.RunAsync(["evidence", "key", "--site", _site.File, "--json"])).Output)!["keys"]![0]!["publicKey"]!.GetValue<string>());
        var old = Directory.GetFiles(EvidenceArchive.FolderOf(_site.LogPath), "*.checkpoint", SearchOption.AllDirectories).Order().First();
        var verified = await Verb.RunAsync(["evidence", "verify", pack, "--key", key, "--since", old, "--json"]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
        var checks = JsonNode.Parse(verified.Output)!["checks"]!.AsArray().ToDictionary(c => c!["name"]!.GetValue<string>(), c => c!["text"]!.GetValue<string>());
        var (judged, all) = (checks["verdicts"].Split(' ')[0], checks["verdicts"].Split(' ')[2]);
        Assert.Equal(all, judged);
        Assert.True(int.Parse(all, null) > 10, checks["verdicts"]);
        Assert.Contains($", {all} bit for bit", checks["verdicts"]);

        var bytes = File.ReadAllBytes(pack);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(pack, bytes);
        var broken = await Verb.RunAsync(["evidence", "verify", pack]);
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("does NOT hold", broken.Output);
        Assert.Contains("WRONG (container)", broken.Output);
    }

    [Fact]
    public async Task What_cannot_be_exported_or_read_is_said()
    {
        var nothing = await Verb.RunAsync(["evidence", "export", "--site", _site.File, "--from", "2026-11-17", "--to", "2026-11-17", "-o", _bench.Scratch.File("p.zip")]);
        Assert.Equal((1, true), (nothing.ExitCode, nothing.Errors.Contains("Nothing is sealed yet", StringComparison.Ordinal)));
        Live(_site, days: 2);
        var late = await Verb.RunAsync(["evidence", "export", "--site", _site.File, "--from", "2026-11-17", "--to", "2027-01-17", "-o", _bench.Scratch.File("p.zip")]);
        Assert.Equal((1, true), (late.ExitCode, late.Errors.Contains("sealed up to", StringComparison.Ordinal)));
        Assert.Equal(2, (await Verb.RunAsync(["evidence", "export", "--site", _site.File, "--from", "May", "--to", "2027-01-17", "-o", "p.zip"])).ExitCode);
        Assert.Equal(2, (await Verb.RunAsync(["evidence", "verify", _bench.Scratch.File("none.zip")])).ExitCode);
        Assert.Equal(2, (await Verb.RunAsync(["evidence", "verify", _bench.Scratch.Write("a.zip", "text"), "--key", "no-such-file"])).ExitCode);
        Assert.Equal(1, (await Verb.RunAsync(["evidence", "verify", _bench.Scratch.File("a.zip")])).ExitCode);
    }

    /// <summary>Days as the gateway lives them, from 16 November on: windows are appended as they close, verdicts are recorded, days
    /// sealed and signed.</summary>
    internal static void Live(Site site, int days)
    {
        var zero = CentreLabelTests.Start(site);
        using var log = CentreLabelTests.Open(site);
        using var archive = EvidenceArchive.Open(EvidenceArchive.FolderOf(site.LogPath));
        using var keys = KeyRing.Open(site.LogPath, site.Origin, [], zero);
        log.Append([.. keys.Begun, CentreConfiguration.Begin(site, archive.PutText, [], zero)!], [], zero);
        var signer = new Signer(keys, site.LogPath, site.Origin, []);
        var (label, sealer) = (new CentreLabel(site, site.Label!), new DaySealer(log, archive, static _ => false));
        for (var day = 0; day < days; day++)
        {
            CentreLabelTests.Store(log, site, day, day + 1);
            var now = zero + TimeSpan.FromDays(day + 1) + TimeSpan.FromMinutes(5);
            ImmutableArray<RecordFact> due;
            do due = label.Take(log, now);
            while (!label.IsCaughtUp);
            if (due.Length > 0) log.Append([.. due], [], now);
            // Well after the seal of the UTC day.
            now = zero + TimeSpan.FromDays(day + 1) + TimeSpan.FromHours(3);
            while (sealer.SealNext(now, CancellationToken.None) is { } done)
            {
                var note = signer.Sign(new MerkleTree(archive.Leaves));
                File.WriteAllText(archive.PathOf(done.Day, "checkpoint"), note.ToString());
                log.Append([CheckpointRecord.Of(note).ToFact(now)], [], now);
            }
        }
    }
}
