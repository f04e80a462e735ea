using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Signing;

/// <summary>Signing the head of the tree: what openssl says of it, and what is refused.</summary>
public sealed class SignerTests : IDisposable
{
    private const string Origin = "ecocentre-edge/ivry";

    private static readonly Instant At = new(1_795_132_800_000);

    private readonly Scratch _scratch = new();
    private readonly List<TreeHash> _leaves = [.. Enumerable.Range(0, 300).Select(i => TreeHash.Leaf($"{i}"))];
    private readonly KeyRing _keys;

    public SignerTests() => _keys = KeyRing.Open(Log, Origin, [], At);

    private string Log => _scratch.File("log.db");

    public void Dispose()
    {
        _keys.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Signature_is_verified_by_openssl_with_the_public_key_alone()
    {
        var note = Signer().Sign(new MerkleTree(_leaves));
        Assert.Equal([_keys.Chain.Current!], SignedNote.Parse(note.ToString()).Verify(_keys.Chain.Keys));
        var (text, signature, key) = (_scratch.Write("text", note.Text), _scratch.File("signature"), _scratch.Write("public.pem", _keys.Chain.Current!.Pem));
        File.WriteAllBytes(signature, [.. note.Signatures.Single().Bytes]);
        Assert.Contains("Verified OK", await PeerProcess.RunAsync("openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, text));
        // What openssl says of the key file itself.
        Assert.Contains("P-256", await PeerProcess.RunAsync("openssl", "pkey", "-in", Log + ".key", "-noout", "-text"));
        var der = await PeerProcess.RunAsync("openssl", "pkey", "-in", Log + ".key", "-pubout");
        Assert.Equal(_keys.Chain.Current!.Pem, der);
    }

    [Fact]
    public void Tree_that_goes_on_is_signed_and_the_same_head_is_the_same_note()
    {
        var signer = Signer();
        var tree = new MerkleTree(_leaves);
        var first = signer.Sign(tree);
        Assert.Equal(first, signer.Sign(tree));
        _leaves.AddRange(_leaves.ToArray());
        var second = signer.Sign(tree);
        Assert.Equal(600, Checkpoint.Parse(second.Text).Size);
        Assert.Equal(second, Signer().Last);
    }

    [Fact]
    public void Shorter_or_changed_tree_is_refused_also_after_a_restart()
    {
        Signer().Sign(new MerkleTree(_leaves));
        Assert.Contains("days are gone", Assert.Throws<SigningRefusedException>(() => Signer().Sign(new MerkleTree(_leaves[..299]))).Message);
        _leaves.Add(TreeHash.Empty);
        _leaves[7] = TreeHash.Leaf("rewritten");
        Assert.Contains("something in the archive was changed", Assert.Throws<SigningRefusedException>(() => Signer().Sign(new MerkleTree(_leaves))).Message);
        Assert.Equal(300, Signer().LastCheckpoint!.Size);
    }

    [Fact]
    public void Last_note_is_remembered_by_the_log_when_its_file_is_lost()
    {
        var note = Signer().Sign(new MerkleTree(_leaves));
        File.Delete(Log + ".checkpoint");
        Assert.Null(Signer().Last);
        var signer = new Signer(_keys, Log, Origin, [CheckpointRecord.Of(note).ToFact(At)]);
        Assert.Throws<SigningRefusedException>(() => signer.Sign(new MerkleTree(_leaves[..1])));
        // What somebody else signed binds nobody.
        using var scratch = new Scratch();
        using var others = KeyRing.Open(scratch.File("log.db"), Origin, [], At);
        var foreign = new Signer(others, scratch.File("log.db"), Origin, []).Sign(new MerkleTree(_leaves));
        Assert.Null(new Signer(_keys, Log, Origin, [CheckpointRecord.Of(foreign).ToFact(At)]).Last);
    }

    [Fact]
    public void After_a_rotation_the_same_head_is_signed_anew()
    {
        var first = Signer().Sign(new MerkleTree(_leaves));
        var rotation = _keys.PrepareRotation();
        _keys.CompleteRotation(rotation, At);
        var second = Signer().Sign(new MerkleTree(_leaves));
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(rotation.Key, Assert.Single(second.Verify(_keys.Chain.Keys)));
    }

    private Signer Signer() => new(_keys, Log, Origin, []);
}
