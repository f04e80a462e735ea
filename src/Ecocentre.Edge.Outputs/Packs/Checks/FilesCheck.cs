namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>The pack has the files that it should have, and no others.</summary>
internal static class FilesCheck
{
    internal const string Name = "files";

    private static readonly string[] Always =
    [
        PackNames.About, PackNames.English, PackNames.French, PackNames.Leaves, PackNames.MoreLeaves, PackNames.LeafHashes, PackNames.VerdictsJson,
        PackNames.VerdictsCsv, PackNames.Incidents, PackNames.Instruments, PackNames.Entries, PackNames.Checkpoint, PackNames.Keys, PackNames.PublicKey,
        PackNames.Sums, PackNames.SumsSignature,
    ];

    internal static void Run(PackReader pack, FindingList found)
    {
        var wanted = Always.Concat(pack.Points.Select(point => PackNames.Windows(point.Series.Name))).ToHashSet(StringComparer.Ordinal);
        var welcome = pack.Configurations.SelectMany(c => c.Record.Digests).Select(PackNames.Configuration).Append(PackNames.TimeStamp)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var entry in pack.Zip.Entries)
            if (!wanted.Remove(entry.Name) && !welcome.Contains(entry.Name)) found.Fault(Name, entry.Name, "does not belong into the pack.");
        foreach (var name in wanted) found.Fault(Name, name, "is not in the pack.");
        found.Done(Name, $"{pack.Zip.Entries.Count} files");
    }
}
