using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>Every text of a configuration is the one whose digest the record names.</summary>
internal static class ConfigurationCheck
{
    internal const string Name = "configuration";

    internal static void Run(PackReader pack, FindingList found)
    {
        var count = 0;
        foreach (var entry in pack.Zip.Entries)
        {
            if (PackNames.DigestOf(entry.Name) is not { } digest) continue;
            count++;
            try
            {
                if (TreeHash.Of(pack.Bytes(entry.Name, 1 << 24)).ToString() is var real && real != digest) found.Fault(Name, entry.Name,
                    $"has the SHA-256 {real}.");
            }
            catch (PackException e)
            {
                found.Fault(Name, e);
            }
        }
        foreach (var configuration in pack.Configurations)
        {
            foreach (var digest in configuration.Record.Digests)
                if (pack.Zip.Find(PackNames.Configuration(digest)) is null)
                    found.Remark($"The configuration of sequence {configuration.Sequence} names a text that is not in the pack: {digest}.");
            if (configuration is { Trouble: { } trouble, Record.Profile: not null })
                found.Remark($"What was judged by from sequence {configuration.Sequence} on cannot be read: {trouble}");
        }
        found.Done(Name, $"{pack.Configurations.Count} configurations, {count} texts");
    }
}
