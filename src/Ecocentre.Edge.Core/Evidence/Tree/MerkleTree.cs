using System.Collections.Immutable;
using System.Numerics;

namespace Ecocentre.Edge.Evidence.Tree;

/// <summary>The Merkle tree over a list of leaf hashes that only grows: its root and the proofs at any size it ever had. One thread at a time.</summary>
/// <remarks>RFC 6962 section 2.1: a tree of n leaves splits at the largest power of two smaller than n. The list may grow while this is in use; what it held
/// must never change. Beyond the list it keeps less than a byte for each leaf, so that a second question is answered without
/// hashing all again.</remarks>
/// <param name="leaves">Leaf hashes by index; may be read from a file as they are asked for.</param>
public sealed class MerkleTree(IReadOnlyList<TreeHash> leaves)
{
    // Complete subtrees from 256 leaves on are remembered: below it, hashing again costs a quarter of a millisecond at the most.
    private const int RememberedLevel = 8;

    private readonly Dictionary<(int Level, long Index), TreeHash> _remembered = [];

    /// <summary>Leaves now.</summary>
    public long Size => leaves.Count;

    /// <summary>Root of all leaves.</summary>
    public TreeHash Root() => Root(Size);

    /// <summary>Root that the tree had at an earlier size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It never had that size.</exception>
    public TreeHash Root(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return size == 0 ? TreeHash.Empty : Subtree(0, size);
    }

    /// <summary>Proof that a leaf is in the tree of that size: from the leaf's sibling up to the root's child. RFC 6962 section 2.1.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such size, or no such leaf in it.</exception>
    public ImmutableArray<TreeHash> Inclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var proof = new List<TreeHash>();
        var (first, count) = (0L, size);
        while (count > 1)
        {
            var left = Split(count);
            if (index < first + left)
            {
                proof.Add(Subtree(first + left, count - left));
                count = left;
            }
            else
            {
                proof.Add(Subtree(first, left));
                (first, count) = (first + left, count - left);
            }
        }
        proof.Reverse();
        return [.. proof];
    }

    /// <summary>Proof that the tree of <paramref name="size"/> leaves begins with that of <paramref name="old"/> leaves. RFC 6962 section 2.1.2.
    /// Empty when both are the same, or the old one had no leaf.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such sizes, or the old one is the larger.</exception>
    public ImmutableArray<TreeHash> Consistency(long old, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        ArgumentOutOfRangeException.ThrowIfNegative(old);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(old, size);
        if (old == 0 || old == size) return [];
        var proof = new List<TreeHash>();
        // Whoever checks knows the old root already; it is left out where it is a subtree of the new tree.
        var (first, count, isOldRoot) = (0L, size, true);
        while (first + count != old)
        {
            var left = Split(count);
            if (old <= first + left)
            {
                proof.Add(Subtree(first + left, count - left));
                count = left;
            }
            else
            {
                proof.Add(Subtree(first, left));
                (first, count, isOldRoot) = (first + left, count - left, false);
            }
        }
        if (!isOldRoot) proof.Add(Subtree(first, count));
        proof.Reverse();
        return [.. proof];
    }

    /// <summary>The largest power of two smaller than the count, which is at least 2.</summary>
    private static long Split(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));

    private TreeHash Subtree(long first, long count)
    {
        if (count == 1) return leaves[checked((int)first)];
        var level = BitOperations.TrailingZeroCount(count);
        var isComplete = count == 1L << level;
        if (isComplete && level < RememberedLevel) return Small(first, (int)count);
        var key = (level, first >> level);
        if (isComplete && _remembered.TryGetValue(key, out var known)) return known;
        var left = Split(count);
        var hash = TreeHash.Node(Subtree(first, left), Subtree(first + left, count - left));
        if (isComplete) _remembered[key] = hash;
        return hash;
    }

    private TreeHash Small(long first, int count)
    {
        Span<TreeHash> row = stackalloc TreeHash[1 << RememberedLevel];
        for (var i = 0; i < count; i++) row[i] = leaves[checked((int)first + i)];
        for (; count > 1; count /= 2)
            for (var i = 0; i < count / 2; i++) row[i] = TreeHash.Node(row[2 * i], row[2 * i + 1]);
        return row[0];
    }
}
