using Ecocentre.Edge.Outputs.Packs.Checks;

namespace Ecocentre.Edge.Outputs.Tests.Packs.Checks;

public sealed class PackVerificationTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pack").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_pack_holds_with_its_key_and_an_older_checkpoint()
    {
        var bench = new PackBench(days: 9, air: true);
        var found = Verify(bench.Write(_folder, 4, 6), bench, bench.Sign(bench.Days[2].FirstLeaf).ToString());
        AssertGood(found);
        Assert.Contains("bit for bit", found.Checks.Single(c => c.Name == "verdicts").Text);
        // Three days of two criteria and one with the look-back, and the carbon of a week is outside.
        Assert.StartsWith("9 of 9", found.Checks.Single(c => c.Name == "verdicts").Text);
    }

    internal PackFindings Verify(string path, PackBench? bench = null, string? old = null)
    {
        var found = PackVerification.Run(
            path, new PackTrust { Fingerprint = bench?.Key.Fingerprint, OldCheckpoint = old }, static _ => { }, TestContext.Current.CancellationToken);
        foreach (var check in found.Checks) output.WriteLine($"{(check.IsGood ? "ok" : "NO")} {check.Name}: {check.Text}");
        foreach (var fault in found.Faults) output.WriteLine($"FAULT {fault}");
        foreach (var remark in found.Remarks) output.WriteLine($"REMARK {remark}");
        return found;
    }

    private static void AssertGood(PackFindings found) => Assert.True(found.IsGood, string.Join('\n', found.Faults));
}
