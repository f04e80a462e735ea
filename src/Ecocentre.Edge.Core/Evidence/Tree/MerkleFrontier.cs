using System.Numerics;

namespace Ecocentre.Edge.Evidence.Tree;

/// <summary>Grows a Merkle tree in memory of its logarithm: leaf after leaf, with the root at any moment. One thread.</summary>
public sealed class MerkleFrontier
{
    // Roots of the complete subtrees that make up the tree, the largest (leftmost) first: one for each bit of the size.
    private readonly List<TreeHash> _complete = [];

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    public TreeHash Root
    {
        get
        {
            if (Size == 0) return TreeHash.Empty;
            var root = _complete[^1];
            for (var i = _complete.Count - 2; i >= 0; i--) root = TreeHash.Node(_complete[i], root);
            return root;
        }
    }

    /// <summary>Adds the next leaf.</summary>
    /// <param name="leaf">Its hash, as from <see cref="TreeHash.Leaf(string)"/>.</param>
    public void Append(TreeHash leaf)
    {
        // As many complete subtrees of equal size end here as the old size has ones at its end.
        for (var joined = BitOperations.TrailingZeroCount(~Size); joined > 0; joined--)
        {
            leaf = TreeHash.Node(_complete[^1], leaf);
            _complete.RemoveAt(_complete.Count - 1);
        }
        _complete.Add(leaf);
        Size++;
    }
}
