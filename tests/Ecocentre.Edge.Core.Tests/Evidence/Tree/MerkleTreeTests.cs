using System.Text;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Core.Tests.Evidence.Tree;

/// <summary>Roots and proofs against the published vectors and against the standard's own recursion.</summary>
public sealed class MerkleTreeTests
{
    // The test leaves of certificate transparency's reference implementation, and roots over the first n of them.
    private static readonly TreeHash[] Published = [.. new[]
    {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    }.Select(hex => TreeHash.Leaf(Convert.FromHexString(hex)))];

    private static readonly TreeHash[] Many = [.. Enumerable.Range(0, 700).Select(i => TreeHash.Leaf($"leaf {i}"))];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Published_roots(int size, string root)
    {
        Assert.Equal(root, new MerkleTree(Published).Root(size).ToString());
        var frontier = new MerkleFrontier();
        foreach (var leaf in Published.Take(size)) frontier.Append(leaf);
        Assert.Equal(root, frontier.Root.ToString());
    }

    [Fact]
    public void Roots_of_all_sizes_follow_the_recursion_and_the_frontier()
    {
        var (tree, frontier) = (new MerkleTree(Many), new MerkleFrontier());
        for (var size = 0; size <= Many.Length; size++)
        {
            Assert.Equal(size, frontier.Size);
            var root = tree.Root(size);
            Assert.Equal(frontier.Root, root);
            if (size % 31 == 0) Assert.Equal(NaiveTree.Root(Many[..size]), root);
            if (size < Many.Length) frontier.Append(Many[size]);
        }
    }

    [Fact]
    public void Inclusion_of_every_leaf_in_every_size_is_proved()
    {
        var tree = new MerkleTree(Many);
        for (var size = 1; size <= 300; size += size < 66 ? 1 : 47)
        {
            var root = tree.Root(size);
            for (var index = 0; index < size; index++)
            {
                var proof = tree.Inclusion(index, size);
                if (size < 40) Assert.Equal(NaiveTree.Path(index, Many[..size]), proof);
                Assert.True(TreeProof.IsIncluded(Many[index], index, size, root, proof), $"leaf {index} of {size}");
                if (size < 40) Assert.False(TreeProof.IsIncluded(Many[index], (index + 1) % size, size, root, proof) && size > 1);
            }
        }
    }

    [Fact]
    public void Consistency_of_every_two_sizes_is_proved()
    {
        var tree = new MerkleTree(Many);
        TreeHash[] roots = [.. Enumerable.Range(0, 301).Select(size => tree.Root(size))];
        for (var size = 0; size <= 300; size += size < 66 ? 1 : 47)
            for (var old = 0; old <= size; old++)
            {
                var proof = tree.Consistency(old, size);
                if (size < 40 && old > 0) Assert.Equal(NaiveTree.SubProof(old, Many[..size], true), proof);
                Assert.True(TreeProof.IsConsistent(old, roots[old], size, roots[size], proof), $"{old} to {size}");
            }
    }

    [Fact]
    public void Large_tree_is_asked_again_after_it_grew()
    {
        var leaves = new List<TreeHash>(Many);
        var tree = new MerkleTree(leaves);
        var before = tree.Root();
        leaves.AddRange(Many);
        Assert.Equal(NaiveTree.Root(leaves), tree.Root());
        Assert.Equal(before, tree.Root(Many.Length));
        Assert.True(TreeProof.IsConsistent(Many.Length, before, leaves.Count, tree.Root(), tree.Consistency(Many.Length, leaves.Count)));
    }

    [Fact]
    public void Every_changed_proof_is_refused()
    {
        var random = new Random(20_261_120);
        var tree = new MerkleTree(Many);
        for (var round = 0; round < 500; round++)
        {
            var size = random.Next(2, 300);
            var (index, old) = (random.Next(size), random.Next(1, size));
            var (inclusion, consistency) = (tree.Inclusion(index, size).ToList(), tree.Consistency(old, size).ToList());
            Assert.True(TreeProof.IsIncluded(Many[index], index, size, tree.Root(size), inclusion));
            Change(inclusion, random);
            Assert.False(TreeProof.IsIncluded(Many[index], index, size, tree.Root(size), inclusion), $"seed 20261120, round {round}");
            Change(consistency, random);
            Assert.False(TreeProof.IsConsistent(old, tree.Root(old), size, tree.Root(size), consistency), $"seed 20261120, round {round}");
        }
    }

    [Fact]
    public void Wrong_sizes_roots_and_leaves_are_refused()
    {
        var tree = new MerkleTree(Many);
        var (root, proof) = (tree.Root(100), tree.Inclusion(42, 100));
        Assert.False(TreeProof.IsIncluded(Many[43], 42, 100, root, proof));
        Assert.False(TreeProof.IsIncluded(Many[42], 42, 100, tree.Root(101), proof));
        Assert.False(TreeProof.IsIncluded(Many[42], 43, 100, root, proof));
        Assert.False(TreeProof.IsIncluded(Many[42], -1, 100, root, proof));
        Assert.False(TreeProof.IsIncluded(Many[42], 100, 100, root, proof));
        var grown = tree.Consistency(60, 100);
        Assert.False(TreeProof.IsConsistent(60, tree.Root(59), 100, root, grown));
        Assert.False(TreeProof.IsConsistent(60, tree.Root(60), 100, tree.Root(99), grown));
        Assert.False(TreeProof.IsConsistent(61, tree.Root(60), 100, root, grown));
        Assert.False(TreeProof.IsConsistent(100, root, 60, tree.Root(60), grown));
        Assert.False(TreeProof.IsConsistent(100, root, 100, tree.Root(99), []));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Inclusion(100, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Root(701));
    }

    [Fact]
    public void Hash_is_read_only_as_it_is_written()
    {
        var hash = TreeHash.Leaf(Encoding.UTF8.GetBytes("é"));
        Assert.Equal(TreeHash.Leaf("é"), hash);
        Assert.True(TreeHash.TryParseHex(hash.ToString(), out var hex));
        Assert.True(TreeHash.TryParseBase64(hash.ToBase64(), out var base64));
        Assert.Equal((hash, hash), (hex, base64));
        Assert.False(TreeHash.TryParseHex(hash.ToString().ToUpperInvariant(), out _));
        Assert.False(TreeHash.TryParseHex(hash.ToString().AsSpan(1), out _));
        Assert.False(TreeHash.TryParseBase64(hash.ToBase64() + " ", out _));
        // The last character before the padding carries two bits that no byte needs.
        var stray = hash.ToBase64()[..42] + (char)(hash.ToBase64()[42] + 1) + "=";
        Assert.False(TreeHash.TryParseBase64(stray, out _));
        Assert.Equal(TreeHash.Leaf(new byte[5_000]), TreeHash.Of([0, .. new byte[5_000]]));
    }

    private static void Change(List<TreeHash> proof, Random random)
    {
        var at = proof.Count == 0 ? 0 : random.Next(proof.Count);
        switch (proof.Count == 0 ? 0 : random.Next(4))
        {
            case 0:
                proof.Insert(at, TreeHash.Of([(byte)random.Next(256)]));
                break;
            case 1:
                proof.RemoveAt(at);
                break;
            case 2 when proof.Count > 1 && proof[at] != proof[(at + 1) % proof.Count]:
                (proof[at], proof[(at + 1) % proof.Count]) = (proof[(at + 1) % proof.Count], proof[at]);
                break;
            default:
                var bytes = proof[at].ToArray();
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                proof[at] = new TreeHash(bytes);
                break;
        }
    }
}
