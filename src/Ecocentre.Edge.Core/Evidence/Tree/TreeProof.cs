namespace Ecocentre.Edge.Evidence.Tree;

/// <summary>Checks proofs against roots, without the tree. Pure; every input may be hostile.</summary>
/// <remarks>The algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2.</remarks>
public static class TreeProof
{
    /// <summary>Whether the leaf with that hash stands at that index in the tree with that size and root.</summary>
    public static bool IsIncluded(TreeHash leaf, long index, long size, TreeHash root, IReadOnlyList<TreeHash> proof)
    {
        if (index < 0 || index >= size) return false;
        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in proof)
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = TreeHash.Node(sibling, hash);
                // At the ragged right edge a node rises without a sibling until it is a right child.
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = TreeHash.Node(hash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /// <summary>Whether the tree with the new size and root begins with all leaves of the old one. The empty tree is the beginning of every tree.</summary>
    public static bool IsConsistent(long oldSize, TreeHash oldRoot, long newSize, TreeHash newRoot, IReadOnlyList<TreeHash> proof)
    {
        if (oldSize < 0 || newSize < oldSize) return false;
        if (oldSize == newSize) return proof.Count == 0 && oldRoot == newRoot;
        if (oldSize == 0) return proof.Count == 0 && oldRoot == TreeHash.Empty;
        if (proof.Count == 0) return false;
        var (node, last) = (oldSize - 1, newSize - 1);
        while ((node & 1) == 1) (node, last) = (node >> 1, last >> 1);
        // A complete old tree is a subtree of the new one, and its root is not told again.
        var next = node == 0 ? 0 : 1;
        var (oldHash, newHash) = node == 0 ? (oldRoot, oldRoot) : (proof[0], proof[0]);
        for (; next < proof.Count; next++)
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                (oldHash, newHash) = (TreeHash.Node(proof[next], oldHash), TreeHash.Node(proof[next], newHash));
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                newHash = TreeHash.Node(newHash, proof[next]);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }
}
