using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Outputs.Packs.Checks;

/// <summary>The leaf hashes have the root that the checkpoint signs, and had those of earlier checkpoints.</summary>
internal static class TreeCheck
{
    internal const string Name = "tree", Since = "older checkpoint";

    /// <returns>The leaf hashes as far as they can be read.</returns>
    internal static TreeHash[] Run(PackReader pack, PackTrust trust, PackKeys? keys, FindingList found)
    {
        var hashes = ReadHashes(pack, found);
        var roots = new SortedDictionary<long, List<(TreeHash Root, string Check, string Where)>>();
        var checkpoint = Read(pack.Checkpoint, PackNames.Checkpoint, keys, Name, found);
        if (checkpoint is not null)
        {
            if (checkpoint.Size != hashes.Length)
                found.Fault(Name, PackNames.LeafHashes, $"has {hashes.Length} hashes; the checkpoint is over {checkpoint.Size} leaves.");
            if (checkpoint.Size != pack.About.CheckpointSize)
                found.Fault(Name, PackNames.About, $"tells of {pack.About.CheckpointSize} leaves; the checkpoint is over {checkpoint.Size}.");
            Expect(checkpoint, Name, PackNames.Checkpoint);
        }
        var inside = 0;
        foreach (var entry in pack.Entries)
        {
            if (entry.Fact is not RecordFact fact || CheckpointRecord.From(fact) is not { } record) continue;
            Expect(record.Checkpoint, Name, $"leaf {entry.Leaf}, a checkpoint of {record.Checkpoint.Size} leaves");
            inside++;
        }
        var old = trust.OldCheckpoint is { } text ? Read(text, "the older checkpoint", keys, Since, found) : null;
        if (old is not null)
        {
            if (checkpoint is not null && old.Origin != checkpoint.Origin)
                found.Fault(Since, "the older checkpoint", $"is of the log {old.Origin}; the pack is of {checkpoint.Origin}.");
            Expect(old, Since, "the older checkpoint");
        }
        Grow(hashes, roots, found);
        if (trust.OldCheckpoint is not null) found.Done(Since, old is null ? "it cannot be read" : $"{old.Size} leaves then, {hashes.Length} now");
        found.Done(Name, $"the root over {hashes.Length} leaves, and {inside} earlier ones that the log tells of itself");
        return hashes;

        void Expect(Checkpoint wanted, string check, string where)
        {
            if (!roots.TryGetValue(wanted.Size, out var list)) roots.Add(wanted.Size, list = []);
            list.Add((wanted.Root, check, where));
        }
    }

    private static void Grow(TreeHash[] hashes, SortedDictionary<long, List<(TreeHash Root, string Check, string Where)>> roots, FindingList found)
    {
        var tree = new MerkleFrontier();
        foreach (var (size, wanted) in roots)
        {
            while (tree.Size < size && tree.Size < hashes.Length) tree.Append(hashes[tree.Size]);
            foreach (var (root, check, where) in wanted)
            {
                if (size > hashes.Length)
                    found.Fault(check, where, $"is over {size} leaves; {PackNames.LeafHashes} has {hashes.Length}: the end of the log was cut off.");
                else if (tree.Root != root)
                    found.Fault(check, where, $"tells the root {root.ToBase64()} over {size} leaves; {PackNames.LeafHashes} has {tree.Root.ToBase64()}: "
                        + "a leaf before that was changed, taken out or put in.");
            }
        }
    }

    private static Checkpoint? Read(string text, string where, PackKeys? keys, string check, FindingList found)
    {
        try
        {
            var note = SignedNote.Parse(text);
            if (note.ToString() != text) found.Fault(check, where, "is not written as it should be.");
            if (keys is not null && note.Verify(keys.All).IsEmpty) found.Fault(check, where, $"is signed by none of the keys in {PackNames.Keys}.");
            return Checkpoint.Parse(note.Text);
        }
        catch (FormatException e)
        {
            found.Fault(check, where, e.Message);
            return null;
        }
    }

    private static TreeHash[] ReadHashes(PackReader pack, FindingList found)
    {
        try
        {
            // A hundred million leaves would be two hundred thousand days.
            var bytes = pack.Bytes(PackNames.LeafHashes, PackReader.TextBytesMax);
            if (bytes.Length % TreeHash.Bytes != 0) found.Fault(Name, PackNames.LeafHashes, $"has {bytes.Length} bytes, no whole number of hashes.");
            var hashes = new TreeHash[bytes.Length / TreeHash.Bytes];
            for (var i = 0; i < hashes.Length; i++) hashes[i] = new TreeHash(bytes.AsSpan(i * TreeHash.Bytes, TreeHash.Bytes));
            return hashes;
        }
        catch (PackException e)
        {
            found.Fault(Name, e);
            return [];
        }
    }
}
