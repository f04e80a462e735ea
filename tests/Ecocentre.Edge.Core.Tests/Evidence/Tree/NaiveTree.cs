using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Core.Tests.Evidence.Tree;

/// <summary>RFC 6962 section 2.1 letter for letter, by recursion over lists: slow, and easy to compare with the text.</summary>
internal static class NaiveTree
{
    internal static TreeHash Root(IReadOnlyList<TreeHash> leaves) => leaves.Count switch
    {
        0 => TreeHash.Empty,
        1 => leaves[0],
        _ => TreeHash.Node(Root([.. leaves.Take(Split(leaves.Count))]), Root([.. leaves.Skip(Split(leaves.Count))])),
    };

    internal static IEnumerable<TreeHash> Path(int m, IReadOnlyList<TreeHash> leaves)
    {
        if (leaves.Count == 1) return [];
        var k = Split(leaves.Count);
        TreeHash[] left = [.. leaves.Take(k)], right = [.. leaves.Skip(k)];
        return m < k ? Path(m, left).Append(Root(right)) : Path(m - k, right).Append(Root(left));
    }

    internal static IEnumerable<TreeHash> SubProof(int m, IReadOnlyList<TreeHash> leaves, bool isWhole)
    {
        if (m == leaves.Count) return isWhole ? [] : [Root(leaves)];
        var k = Split(leaves.Count);
        TreeHash[] left = [.. leaves.Take(k)], right = [.. leaves.Skip(k)];
        return m <= k ? SubProof(m, left, isWhole).Append(Root(right)) : SubProof(m - k, right, false).Append(Root(left));
    }

    private static int Split(int n)
    {
        var k = 1;
        while (k * 2 < n) k *= 2;
        return k;
    }
}
