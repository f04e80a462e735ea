using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Outputs.Packs.Checks;
using Ecocentre.Edge.Packs;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Simulation.Oracles;

/// <summary>What a stranger finds who checks the evidence: signed heads are heads of the tree, a pack verifies, and its verdicts are judged the same
/// again.</summary>
internal static class PackOracles
{
    // A pack of more days says nothing that a pack of these does not.
    private const int DaysMax = 10;

    /// <summary>Every head that was ever signed and told is a head of the tree as it is now.</summary>
    public static void HeadsContinue(GatewayProcess gateway, IEnumerable<LogFact> told, Verdicts verdicts)
    {
        var tree = new MerkleTree(gateway.Archive.Leaves);
        foreach (var record in told.OfType<RecordFact>().Select(CheckpointRecord.From).OfType<CheckpointRecord>())
        {
            var head = record.Checkpoint;
            verdicts.Check("checkpoints", head.Size <= tree.Size && tree.Root(head.Size).Equals(head.Root),
                $"the head over {head.Size} leaves that was signed is not that of the tree of {tree.Size}");
        }
    }

    /// <summary>A pack of the last sealed days verifies, which judges every verdict in it again from its windows.</summary>
    public static void Verified(GatewayProcess gateway, string folder, Verdicts verdicts)
    {
        var days = gateway.Archive.Days;
        if (days.Count == 0) return;
        var (to, path) = (days[^1].Day, Path.Combine(folder, "pack.zip"));
        var from = days.First(day => day.Day > to.AddDays(-DaysMax)).Day;
        try
        {
            using (var packs = CentrePacks.Open(gateway.Site, Instant.From(to.ToDateTime(TimeOnly.MinValue).AddDays(1))))
            using (var file = File.Create(path)) packs.Prepare(from, to, workers: 1).Write(file, static _ => { }, CancellationToken.None);
        }
        catch (PackRefusedException refused)
        {
            verdicts.Looked["packs refused"] = verdicts.Looked.GetValueOrDefault("packs refused") + 1;
            verdicts.Notes.Add($"no pack of {from} to {to}: {refused.Message}");
            return;
        }
        catch (IOException unreadable)
        {
            verdicts.Wrong("packs verify", unreadable.Message);
            return;
        }
        var findings = PackVerification.Run(path, new PackTrust(), static _ => { }, CancellationToken.None);
        foreach (var check in findings.Checks) verdicts.Check(check.Name == "verdicts" ? "judged again" : "packs verify", true, () => "");
        foreach (var fault in findings.Faults)
            verdicts.Wrong(fault.Check == "verdicts" ? "judged again" : "packs verify", $"{fault.Check}, {fault.Where}: {fault.Text}");
        verdicts.Notes.AddRange(findings.Checks.Where(check => check.Name == "verdicts").Select(check => $"judged again: {check.Text}"));
        verdicts.Notes.AddRange(findings.Remarks);
    }
}
