using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>What a pack is made from: a sealed archive, seen as a tree of leaves with the windows behind them. One thread, but for
/// <see cref="Windows"/>.</summary>
public abstract class PackSource
{
    /// <summary>Id of the centre.</summary>
    public abstract string Centre { get; }

    /// <summary>For people.</summary>
    public abstract string Name { get; }

    public abstract TimeZoneInfo Zone { get; }

    /// <summary>Name and version of the program.</summary>
    public abstract string Program { get; }

    /// <summary>The sealed days under the checkpoint, in order.</summary>
    public abstract IReadOnlyList<PackDay> Days { get; }

    /// <summary>The tree's head, signed; its size is that of all <see cref="Days"/>.</summary>
    public abstract SignedNote Checkpoint { get; }

    /// <summary>An RFC 3161 time stamp of it, or null.</summary>
    public abstract byte[]? TimeStamp { get; }

    /// <summary>The chain of keys, the one that signs last.</summary>
    public abstract IReadOnlyList<KeyRecord> Keys { get; }

    /// <summary>The leaves of a day, in order.</summary>
    public abstract IEnumerable<string> LeavesOf(PackDay day);

    /// <summary>Of these the incidents and records, each with its index in the tree.</summary>
    public virtual IEnumerable<(long Index, string Line)> EntriesOf(PackDay day) =>
        LeavesOf(day).Select((line, i) => (day.FirstLeaf + i, line)).Where(leaf => leaf.line.StartsWith(EntryLeaf.Begin, StringComparison.Ordinal));

    /// <summary>Hashes of all leaves under the checkpoint, from the first on.</summary>
    public abstract IEnumerable<TreeHash> LeafHashes();

    /// <summary>The windows that the leaf of a block commits to: one after the other, in order. Any thread.</summary>
    /// <param name="day">The sealed day in which the leaf stands.</param>
    /// <param name="leaf">Its index in the tree.</param>
    /// <exception cref="IOException">They are not there any more, or cannot be read.</exception>
    public abstract IReadOnlyList<Aggregate[]> Windows(PackDay day, long leaf);

    /// <summary>A text of a configuration, or null.</summary>
    public abstract string? Text(string sha256);

    /// <summary>Signs with the key that signs now.</summary>
    /// <returns>ECDSA over SHA-256, DER.</returns>
    public abstract byte[] Sign(byte[] content);
}

/// <summary>A sealed UTC day.</summary>
/// <param name="FirstLeaf">Index in the tree.</param>
public sealed record PackDay(DateOnly Day, long FirstLeaf, int LeafCount);
