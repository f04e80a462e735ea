namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>The tables say what the leaves say, byte for byte: they are made again.</summary>
internal static class TablesCheck
{
    internal const string Name = "tables";

    internal static void Run(PackReader pack, FindingList found)
    {
        foreach (var (name, write) in PackTables.All)
        {
            try
            {
                using var made = new MemoryStream();
                write(made, pack.About, pack.Entries);
                Compare(name, made.ToArray(), pack.Bytes(name, PackReader.TextBytesMax), found);
            }
            catch (PackException e)
            {
                found.Fault(Name, e);
            }
        }
        found.Done(Name, $"{pack.Verdicts.Count} verdicts, {pack.Incidents.Count} incidents, instruments and entries against their leaves");
    }

    private static void Compare(string name, ReadOnlySpan<byte> made, ReadOnlySpan<byte> there, FindingList found)
    {
        var same = made.CommonPrefixLength(there);
        if (same == made.Length && same == there.Length) return;
        var line = made[..same].Count((byte)'\n') + 1;
        found.Fault(Name, $"{name}, line {line}", "is not what the leaves say.");
    }
}
