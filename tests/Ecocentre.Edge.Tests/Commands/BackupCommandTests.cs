using System.Text.Json.Nodes;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Commands;

/// <summary><c>data backup</c> and <c>data restore</c> as a person uses them.</summary>
[Collection(VerbsInTurn.Name)]
public sealed class BackupCommandTests : IDisposable
{
    private const string Site =
        """
        { "centre": "lyon-1", "zone": "Europe/Paris", "log": { "path": "state/log.db" }, "buses": [
            { "name": "roof", "tcp": { "host": "192.0.2.20" }, "devices": [ { "name": "pv", "model": "eastron-sdm120" } ] } ],
          "entries": [ { "name": "waste.residual", "unit": "kg", "kind": "amount" } ],
          "label": { "profile": "ecocentre-v1", "points": { "waste": ["waste.residual"] } } }
        """;

    private readonly Scratch _scratch = new();

    public BackupCommandTests()
    {
        Directory.CreateDirectory(_scratch.File("old/state"));
        _scratch.Write("old/site.json", Site);
    }

    public void Dispose() => _scratch.Dispose();

    private string SitePath => _scratch.File("old/site.json");

    private string Stick => _scratch.File("stick");

    [Fact]
    public async Task Dead_card_is_replaced_by_a_backup_made_while_the_gateway_ran()
    {
        var entered = await Verb.RunAsync("entry", "add", "--site", SitePath, "waste.residual", "12", "--who", "A", "--at", "2026-03-01");
        Assert.Equal(0, entered.ExitCode);
        await Verb.RunAsync("token", "add", "--site", SitePath, "--role", "auditor", "auditor");
        File.WriteAllText(_scratch.File("old/state/log.db.key"), "secret");
        File.SetUnixFileMode(_scratch.File("old/state/log.db.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (var running = EvidenceLog.Open(_scratch.File("old/state/log.db"), "lyon-1", LogOptions.Default, Now))
        {
            var made = await Verb.RunAsync("data", "backup", Stick, "--site", SitePath);
            Assert.True(made.ExitCode == 0, made.Errors);
            Assert.Contains("is complete: centre lyon-1 up to sequence 1", made.Output);
            Assert.Contains("signing key is in it", made.Output);
            Assert.Contains("same disk", made.Output);
            Assert.Contains("Not in it", made.Output);
        }
        var again = await Verb.RunAsync("data", "backup", Stick, "--site", SitePath, "--json");
        // The log and its guard differ, by the cursors stored at the end; nothing else is copied again.
        Assert.InRange(JsonNode.Parse(again.Output)!["filesCopied"]!.GetValue<int>(), 0, 3);
        var checkedWhole = await Verb.RunAsync("data", "backup", Stick, "--verify");
        Assert.True(checkedWhole.ExitCode == 0, checkedWhole.Errors);
        Assert.Contains("whole", checkedWhole.Output);

        Directory.Delete(_scratch.File("old"), recursive: true);
        var site = _scratch.File("new/site.json");
        var restored = await Verb.RunAsync("data", "restore", Stick, "--site", site);
        Assert.True(restored.ExitCode == 0, restored.Errors);
        Assert.Contains("is restored as it was at", restored.Output);
        Assert.Contains("must never run again", restored.Output);
        Assert.Equal(Site, File.ReadAllText(site));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_scratch.File("new/state/log.db.key")));
        var tokens = await Verb.RunAsync("token", "list", "--site", site, "--json");
        Assert.Equal("auditor", JsonNode.Parse(tokens.Output)!.AsArray()[0]!["name"]!.GetValue<string>());
        var entries = await Verb.RunAsync("entry", "list", "--site", site, "--json");
        Assert.Equal(12, JsonNode.Parse(entries.Output)!.AsArray()[0]!["value"]!.GetValue<double>());
        var next = await Verb.RunAsync("entry", "add", "--site", site, "waste.residual", "13", "--who", "A", "--at", "2026-04-01",
            "--json");
        Assert.True(JsonNode.Parse(next.Output)!["sequence"]!.GetValue<long>() > 100_000_000);
    }

    [Fact]
    public async Task Restore_over_something_is_refused_and_nothing_is_made()
    {
        await EnterAsync();
        await Verb.RunAsync("data", "backup", Stick, "--site", SitePath);
        (await Verb.RunAsync("data", "restore", Stick, "--site", SitePath)).CannotRun("something already", "--force");
        var forced = await Verb.RunAsync("data", "restore", Stick, "--site", SitePath, "--force", "--json");
        Assert.True(forced.ExitCode == 0, forced.Errors);
        Assert.NotEmpty(JsonNode.Parse(forced.Output)!["setAside"]!.AsArray());
    }

    [Fact]
    public async Task Damaged_backup_restores_nothing_not_even_the_site_file()
    {
        await EnterAsync();
        await Verb.RunAsync("data", "backup", Stick, "--site", SitePath);
        var log = Directory.GetFiles(Path.Combine(Stick, "files"), "*", SearchOption.AllDirectories).MaxBy(path =>
            new FileInfo(path).Length)!;
        var bytes = File.ReadAllBytes(log);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(log, bytes);
        var verified = await Verb.RunAsync("data", "backup", Stick, "--verify", "--json");
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("log is damaged", JsonNode.Parse(verified.Output)!["wrong"]![0]!.GetValue<string>());
        (await Verb.RunAsync("data", "restore", Stick, "--site", _scratch.File("new/site.json"))).CannotRun("damaged", "nothing was "
            + "restored");
        Assert.False(File.Exists(_scratch.File("new/site.json")));
    }

    [Fact]
    public async Task Folder_without_a_complete_backup_is_told()
    {
        (await Verb.RunAsync("data", "restore", Stick, "--site", SitePath)).CannotRun("no complete backup");
        (await Verb.RunAsync("data", "backup", Stick, "--verify")).CannotRun("no complete backup");
        (await Verb.RunAsync("data", "backup", Stick)).CannotRun("--site");
        (await Verb.RunAsync("data", "backup", _scratch.File("old/state/x"), "--site", SitePath)).CannotRun("no log");
        await EnterAsync();
        (await Verb.RunAsync("data", "backup", _scratch.File("old/state/x"), "--site", SitePath)).CannotRun("another disk");
        (await Verb.RunAsync("data", "backup", "/dev/null/x", "--site", SitePath)).CannotRun("/dev/null/x");
    }

    [Fact]
    public async Task Evidence_check_names_what_is_damaged_and_what_to_do()
    {
        (await Verb.RunAsync("evidence", "check", "--site", SitePath)).Wrong("log is not there", "data restore");
        await EnterAsync();
        var whole = await Verb.RunAsync("evidence", "check", "--site", SitePath);
        Assert.True(whole.ExitCode == 0, whole.Errors);
        Assert.Contains("Everything is as it was written", whole.Output);
        File.WriteAllText(_scratch.File("old/state/log.db.guard"), "nonsense");
        (await Verb.RunAsync("evidence", "check", "--site", SitePath)).Wrong("log.db.guard", "not what was written", "Delete it");
        var machine = JsonNode.Parse((await Verb.RunAsync("evidence", "check", "--site", SitePath, "--json")).Output)!;
        Assert.False(machine["whole"]!.GetValue<bool>());
        Assert.Contains("guard", machine["findings"]![0]!["where"]!.GetValue<string>());
    }

    [Fact]
    public async Task Records_whose_copies_are_lost_are_found_again()
    {
        await EnterAsync();
        File.Delete(_scratch.File("old/state/log.db.records"));
        var entries = await Verb.RunAsync("entry", "list", "--site", SitePath, "--json");
        Assert.Single(JsonNode.Parse(entries.Output)!.AsArray());
    }

    private async Task EnterAsync() =>
        Assert.Equal(0, (await Verb.RunAsync("entry", "add", "--site", SitePath, "waste.residual", "12", "--who", "A", "--at",
            "2026-03-01")).ExitCode);

    private static Instant Now => Instant.From(TimeProvider.System.GetUtcNow());
}
