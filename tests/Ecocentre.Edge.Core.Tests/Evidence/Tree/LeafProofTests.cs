using System.Security.Cryptography;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Core.Tests.Evidence.Tree;

/// <summary>Proofs as text, as they are handed to outsiders.</summary>
public sealed class LeafProofTests : IDisposable
{
    private readonly ECDsa _secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<TreeHash> _leaves = [.. Enumerable.Range(0, 50).Select(i => TreeHash.Leaf($"{i}"))];

    public void Dispose() => _secret.Dispose();

    [Fact]
    public void Text_comes_back_as_it_was_and_follows_the_form()
    {
        var proof = Proof(42);
        var text = proof.ToText();
        Assert.StartsWith($"c2sp.org/tlog-proof@v1\nextra NDI=\nindex 42\n{proof.Path[0].ToBase64()}\n", text);
        Assert.EndsWith($"\n\n{proof.Head}", text);
        var read = LeafProof.Parse(text);
        Assert.True(read.IsSound());
        Assert.Equal(text, read.ToText());
        Assert.Equal(("42", 42L), (read.Line, read.Index));
    }

    [Fact]
    public void Other_leaf_index_or_path_is_not_sound()
    {
        var proof = Proof(42);
        Assert.False((proof with { Line = "41" }).IsSound());
        Assert.False((proof with { Index = 41 }).IsSound());
        Assert.False((proof with { Path = proof.Path[1..] }).IsSound());
    }

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2")]
    [InlineData("extra ", "extr ")]
    [InlineData("index 42", "index -42")]
    [InlineData("\n\necocentre", "\necocentre")]
    public void What_is_no_proof_is_refused(string old, string changed) =>
        Assert.Throws<FormatException>(() => LeafProof.Parse(Proof(42).ToText().Replace(old, changed)));

    private LeafProof Proof(int index)
    {
        var tree = new MerkleTree(_leaves);
        var key = new NoteKey("ecocentre-edge/ivry", _secret.ExportSubjectPublicKeyInfo());
        var head = SignedNote.Sign(new Checkpoint(key.Name, tree.Size, tree.Root()).ToText(), key, _secret);
        return new LeafProof(index, $"{index}", tree.Inclusion(index, tree.Size), head);
    }
}
