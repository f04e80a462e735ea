using System.Text.Json.Nodes;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Tests.Commands;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>A gateway with sealed days dies with its card after a backup, and another goes on from that. Goal: its days are sealed on, a stranger's checkpoint
/// from before the backup still holds, one from after it shows the loss, and the gap is told in what is sealed. Gateways are processes of their own, whose
/// days lie where the test puts them.</summary>
[Collection(VerbsInTurn.Name)]
public sealed class RestoredEvidenceTests : IDisposable
{
    private const string Site = """{ "centre": "lyon-1", "zone": "Europe/Paris", "clock": "trusted", "log": { "path": "state/log.db" }, "buses": [] }""";

    private static readonly Series Power = new("m1.power", "power.active", "W", PointKind.Gauge, "m1", null);

    private readonly Scratch _scratch = new();
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_restored_gateway_seals_on_and_its_evidence_holds_as_far_as_it_should()
    {
        Directory.CreateDirectory(_scratch.File("old/state"));
        var (site, stick) = (_scratch.Write("old/site.json", Site), _scratch.File("stick"));
        Record(_scratch.File("old/state/log.db"), Day(-6));
        var old = Kept("old.txt", await SealAsync(site, Day(-4), Day(-5)));
        var backup = await Verb.RunAsync("data", "backup", stick, "--site", site);
        Assert.True(backup.ExitCode == 0, backup.Errors);
        // What comes after the backup is sealed and told to outsiders; then the card dies.
        Record(_scratch.File("old/state/log.db"), Day(-4));
        var newer = Kept("newer.txt", await SealAsync(site, Day(-2), Day(-4)));
        Directory.Delete(_scratch.File("old"), recursive: true);

        site = _scratch.File("new/site.json");
        (await Verb.RunAsync("data", "restore", stick, "--site", site, "--checkpoint", _scratch.Write("strange.txt", Strange()))).CannotRun("none of the keys");
        var restored = await Verb.RunAsync("data", "restore", stick, "--site", site, "--checkpoint", newer);
        Assert.True(restored.ExitCode == 0, restored.Errors);
        Assert.Contains("lost with the old log", restored.Output);

        // Tomorrow: the day of the restore is over and is sealed.
        await SealAsync(site, Day(1), Day(0));
        var whole = await Verb.RunAsync("evidence", "check", "--site", site);
        Assert.True(whole.ExitCode == 0, whole.Output + whole.Errors);
        var pack = _scratch.File("pack.zip");
        var exported = await Verb.RunAsync(
            "evidence", "export", "--site", site, "--from", $"{Day(-5):yyyy-MM-dd}", "--to", $"{Day(-1):yyyy-MM-dd}", "-o", pack);
        Assert.True(exported.ExitCode == 0, exported.Errors);
        var verified = await Verb.RunAsync("evidence", "verify", pack, "--since", old, "--json");
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
        Assert.Contains(JsonNode.Parse(verified.Output)!["checks"]!.AsArray(), check => check!["name"]!.GetValue<string>() == "older checkpoint");
        var lost = await Verb.RunAsync("evidence", "verify", pack, "--since", newer);
        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("WRONG (older checkpoint)", lost.Output);
        AssertGapIsSealed(_scratch.File("new/state/log.db"), newer);
    }

    private DateTimeOffset Day(int days) => _now.AddDays(days);

    /// <summary>A day and a half of a meter.</summary>
    private static void Record(string path, DateTimeOffset day)
    {
        var start = Instant.From(new DateTimeOffset(day.Date, TimeSpan.Zero));
        using var log = EvidenceLog.Open(path, "lyon-1", LogOptions.Default, start);
        for (var hour = 0; hour < 36; hour++)
        {
            var window = new Window(start + TimeSpan.FromHours(hour), TimeSpan.FromHours(1));
            log.Append([new WindowFact(Power, new Aggregate(default, WindowKind.Hour, window, 0, 60, hour, hour, hour, hour, double.NaN, 1))], [], window.End);
        }
    }

    /// <summary>Runs the gateway at a time until a day is sealed and signed, and kills it.</summary>
    /// <param name="through">The last day before it of which there are entries.</param>
    /// <returns>The newest checkpoint.</returns>
    private static async Task<string> SealAsync(string site, DateTimeOffset at, DateTimeOffset through)
    {
        // As everybody else's: the building's clock is told when the process starts, in ticks of the real one.
        var real = TimeProvider.System.GetUtcNow();
        var clock = FastClock.Parse(FormattableString.Invariant($"{real.Ticks} {new DateTimeOffset(at.Date, TimeSpan.Zero).AddHours(12).Ticks} 20"));
        var log = Path.Combine(Path.GetDirectoryName(site)!, "state/log.db");
        var before = File.Exists(log + ".checkpoint") ? File.ReadAllText(log + ".checkpoint") : "";
        using var gateway = GatewayProcess.Start(site, clock);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!IsSealed(log, DateOnly.FromDateTime(through.Date), before)) await Task.Delay(100, deadline.Token);
        gateway.Kill();
        return File.ReadAllText(log + ".checkpoint");

        static bool IsSealed(string log, DateOnly through, string before)
        {
            if (!File.Exists(log + ".checkpoint") || File.ReadAllText(log + ".checkpoint") is not { Length: > 0 } note || note == before) return false;
            using var archive = EvidenceArchive.OpenForReading(EvidenceArchive.FolderOf(log));
            return archive.Days.Count > 0 && archive.Days[^1].Day >= through && archive.Leaves.Count == Checkpoint.Parse(SignedNote.Parse(note).Text).Size;
        }
    }

    private string Kept(string name, string checkpoint) => _scratch.Write(name, checkpoint);

    /// <summary>A checkpoint of this log under a key that nobody here ever had.</summary>
    private static string Strange()
    {
        using var secret = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        const string origin = "ecocentre-edge/lyon-1";
        var key = new NoteKey(origin, secret.ExportSubjectPublicKeyInfo());
        return SignedNote.Sign(new Checkpoint(origin, 9_999, TreeHash.Empty).ToText(), key, secret).ToString();
    }

    private static void AssertGapIsSealed(string log, string newer)
    {
        using var archive = EvidenceArchive.OpenForReading(EvidenceArchive.FolderOf(log));
        var incidents = new List<Incident>();
        foreach (var day in archive.Days)
        {
            using var reader = archive.Read(day);
            incidents.AddRange(reader.Entries().Select(entry => entry.Fact).OfType<IncidentFact>().Select(fact => fact.Incident));
        }
        var restored = Assert.Single(incidents, incident => incident.Kind == IncidentKind.Restored);
        Assert.Contains(Checkpoint.Parse(SignedNote.Parse(File.ReadAllText(newer)).Text).Root.ToBase64(), restored.Text);
        Assert.True(restored.Value > 0);
    }
}
