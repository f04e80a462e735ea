using System.Text.Json.Nodes;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Commands;

/// <summary>The key while no gateway runs.</summary>
[Collection(VerbsInTurn.Name)]
public sealed class EvidenceKeyCommandTests : IDisposable
{
    private static readonly Instant At = new(1_795_132_800_000);

    private readonly Scratch _scratch = new();

    public EvidenceKeyCommandTests() => _scratch.Write("site.json",
        """{ "centre": "lyon-1", "zone": "Europe/Paris", "log": { "path": "log.db" }, "buses": [], "evidence": { "origin": "example.org/lyon" } }""");

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Before_the_first_start_there_is_none()
    {
        var shown = await KeyAsync();
        Assert.Equal(1, shown.ExitCode);
        Assert.Contains("when it first starts", shown.Errors);
        Assert.Equal(1, (await KeyAsync("--rotate")).ExitCode);
        Assert.False(File.Exists(_scratch.File("log.db.key")));
    }

    [Fact]
    public async Task Key_is_shown_and_rotated_and_the_log_has_both()
    {
        using (var log = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, At))
        using (var ring = KeyRing.Open(_scratch.File("log.db"), "example.org/lyon", [], At)) log.Append([.. ring.Begun], [], At);
        var before = JsonNode.Parse((await KeyAsync("--json")).Output)!["keys"]!.AsArray().Single()!;
        Assert.Equal("example.org/lyon", before["name"]!.GetValue<string>());
        var rotated = await KeyAsync("--rotate");
        Assert.True(rotated.ExitCode == 0, rotated.Errors);
        Assert.Contains("signed by the one before", rotated.Output);
        var keys = JsonNode.Parse((await KeyAsync("--json")).Output)!["keys"]!.AsArray();
        Assert.Equal([before["fingerprint"]!.GetValue<string>(), keys[1]!["fingerprint"]!.GetValue<string>()],
            keys.Select(key => key!["fingerprint"]!.GetValue<string>()));
        Assert.Contains(keys[1]!["vkey"]!.GetValue<string>(), rotated.Output);
    }

    private Task<Verb> KeyAsync(params string[] more) => Verb.RunAsync(["evidence", "key", "--site", _scratch.File("site.json"), .. more]);
}
