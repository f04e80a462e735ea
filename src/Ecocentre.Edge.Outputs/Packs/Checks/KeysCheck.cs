using System.Collections.Immutable;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Packs.Zip;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>The keys of a pack, oldest first.</summary>
internal sealed record PackKeys(ImmutableArray<KeyRecord> Records)
{
    /// <summary>Signed the pack.</summary>
    internal NoteKey Signer => Records[^1].Key;

    internal IEnumerable<NoteKey> All => Records.Select(record => record.Key);
}

/// <summary>The keys follow each other, and lead to the one that is trusted.</summary>
internal static class KeysCheck
{
    internal const string Name = "keys";

    // A key a day for two years.
    private const int TextBytesMax = 1 << 20;

    /// <returns>Null when the keys cannot be read.</returns>
    internal static PackKeys? Read(ZipFile zip, PackTrust trust, FindingList found)
    {
        var keys = Parse(zip, found);
        if (keys is not null) HoldAgainst(keys, trust, found);
        found.Done(Name, keys is null ? "the keys cannot be read"
            : $"{keys.Records.Length} {(keys.Records.Length == 1 ? "key" : "keys")}; signed with {keys.Signer.Fingerprint}"
                + (trust.Fingerprint is null ? ", compared with nothing" : ""));
        return keys;
    }

    /// <summary>The keys of <c>keys.txt</c> are those that the tree tells of.</summary>
    internal static void HoldAgainstLeaves(PackReader pack, PackKeys? keys, FindingList found)
    {
        if (keys is null) return;
        var told = keys.Records.Select(record => record.ToFact(default).Json).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in pack.Entries)
            if (entry.Fact is RecordFact { Kind: RecordKind.Key } record && !told.Contains(record.Json))
                found.Fault("key records", $"leaf {entry.Leaf}", $"tells of a key that {PackNames.Keys} does not have.");
        found.Done("key records", "the keys that the tree tells of");
    }

    private static PackKeys? Parse(ZipFile zip, FindingList found)
    {
        try
        {
            var records = ImmutableArray.CreateBuilder<KeyRecord>();
            foreach (var (number, line) in Encoding.UTF8.GetString(Entry(zip, PackNames.Keys)).Split('\n').Index())
            {
                if (line.Length == 0) continue;
                if (KeyRecord.From(new RecordFact(default, RecordKind.Key, "gateway", line)) is not { } record || record.ToFact(default).Json != line)
                    throw new PackException($"{PackNames.Keys}, line {number + 1}", "is no key.");
                records.Add(record);
            }
            if (records.Count == 0) throw new PackException(PackNames.Keys, "has no key.");
            var keys = new PackKeys(records.ToImmutable());
            if (Encoding.UTF8.GetString(Entry(zip, PackNames.PublicKey)) != keys.Signer.Pem)
                found.Fault(Name, PackNames.PublicKey, $"is not the last key of {PackNames.Keys}.");
            return keys;
        }
        catch (PackException e)
        {
            found.Fault(Name, e);
            return null;
        }
    }

    private static byte[] Entry(ZipFile zip, string name) =>
        zip.Find(name) is { } entry ? zip.ReadAll(entry, TextBytesMax) : throw new PackException(name, "is not in the pack.");

    private static void HoldAgainst(PackKeys keys, PackTrust trust, FindingList found)
    {
        var trusted = trust.Fingerprint is { } fingerprint ? keys.Records.ToList().FindIndex(record => record.Key.Fingerprint == fingerprint) : -1;
        if (trust.Fingerprint is { } wanted && trusted < 0)
            found.Fault(Name, PackNames.Keys, $"none of its keys is {wanted}: the pack is signed by somebody else ({keys.Signer.Fingerprint}).");
        if (trust.Fingerprint is null)
            found.Remark($"Nobody said which key to trust: compare {keys.Signer.Fingerprint} with what the centre published, or give --key.");
        for (var i = 1; i < keys.Records.Length; i++)
        {
            var (before, now) = (keys.Records[i - 1].Key, keys.Records[i]);
            if (now.IsSignedBy(before)) continue;
            var text = $"the key {now.Key.Fingerprint} is not signed by the one before it, {before.Fingerprint}.";
            if (now.IsLost && (trusted >= i || trust.Fingerprint is null))
                found.Remark($"{PackNames.Keys}, line {i + 1}: {text} That one was lost.");
            else
                found.Fault(Name, $"{PackNames.Keys}, line {i + 1}", text);
        }
    }
}
