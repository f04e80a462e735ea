using System.Security.Cryptography;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Core.Tests.Evidence.Tree;

/// <summary>Checkpoints and the notes they are signed in, read, written, signed and refused.</summary>
public sealed class SignedNoteTests : IDisposable
{
    private const string Origin = "ecocentre-edge/ivry";

    private readonly ECDsa _secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly NoteKey _key;
    private readonly Checkpoint _checkpoint = new(Origin, 1_234, TreeHash.Leaf("x"));

    public SignedNoteTests() => _key = new NoteKey(Origin, _secret.ExportSubjectPublicKeyInfo());

    public void Dispose() => _secret.Dispose();

    [Fact]
    public void Checkpoint_is_three_lines()
    {
        Assert.Equal($"ecocentre-edge/ivry\n1234\n{TreeHash.Leaf("x").ToBase64()}\n", _checkpoint.ToText());
        Assert.Equal(_checkpoint, Checkpoint.Parse(_checkpoint.ToText()));
        Assert.Equal(_checkpoint, Checkpoint.Parse(_checkpoint.ToText() + "an extension\n"));
    }

    [Theory]
    [InlineData("a\n1\n")]
    [InlineData("a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n")]
    [InlineData("a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    public void What_is_no_checkpoint_is_refused(string text) => Assert.Throws<FormatException>(() => Checkpoint.Parse(text));

    [Fact]
    public void Note_comes_back_as_it_was_and_is_verified()
    {
        var note = SignedNote.Sign(_checkpoint.ToText(), _key, _secret);
        var read = SignedNote.Parse(note.ToString());
        Assert.Equal(note, read);
        Assert.Equal([_key], read.Verify([_key]));
        Assert.StartsWith($"{_checkpoint.ToText()}\n\u2014 {Origin} ", note.ToString());
    }

    [Fact]
    public void Keys_id_is_the_beginning_of_the_hash_of_the_public_key()
    {
        var hash = SHA256.HashData(_secret.ExportSubjectPublicKeyInfo());
        Assert.Equal(Convert.ToHexStringLower(hash), _key.Fingerprint.ToString());
        Assert.Equal($"{Origin}+{Convert.ToHexStringLower(hash[..4])}+{Convert.ToBase64String([2, .. _secret.ExportSubjectPublicKeyInfo()])}", _key.Vkey);
        Assert.Equal(_key, NoteKey.Parse(_key.Vkey));
        Assert.Equal(_key, NoteKey.FromPem(Origin, _key.Pem));
        Assert.Equal(_secret.ExportSubjectPublicKeyInfoPem() + "\n", _key.Pem);
    }

    [Fact]
    public void Signatures_of_unknown_keys_are_ignored()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var witness = new NoteKey("witness.example", other.ExportSubjectPublicKeyInfo());
        var note = SignedNote.Sign(_checkpoint.ToText(), _key, _secret);
        var both = note with { Signatures = [.. note.Signatures, .. SignedNote.Sign(note.Text, witness, other).Signatures] };
        Assert.Equal([_key], both.Verify([_key]));
        Assert.Equal([_key, witness], SignedNote.Parse(both.ToString()).Verify([_key, witness]));
        Assert.Empty(note.Verify([witness]));
        // The published example of the specification, signed with a type of key that is not read here.
        var example = SignedNote.Parse("This is an example message.\n\n\u2014 example.com/foo "
            + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
        Assert.Equal(0x530d903au, example.Signatures.Single().KeyId);
        Assert.Empty(example.Verify([_key]));
    }

    [Fact]
    public void Bad_signature_of_a_known_key_refuses_the_note()
    {
        var note = SignedNote.Sign(_checkpoint.ToText(), _key, _secret);
        var changed = note with { Text = note.Text.Replace("1234", "1235") };
        Assert.Throws<FormatException>(() => changed.Verify([_key]));
        var signature = note.Signatures[0];
        var twice = note with { Signatures = [.. note.Signatures, signature with { Bytes = [.. signature.Bytes[..^1], (byte)~signature.Bytes[^1]] }] };
        Assert.Throws<FormatException>(() => twice.Verify([_key]));
    }

    [Fact]
    public void Every_changed_character_is_seen()
    {
        var note = SignedNote.Sign(_checkpoint.ToText(), _key, _secret).ToString();
        for (var i = 0; i < note.Length; i++)
        {
            var changed = note[..i] + (char)(note[i] ^ 1) + note[(i + 1)..];
            var passes = false;
            try
            {
                passes = SignedNote.Parse(changed).Verify([_key]).Length > 0;
            }
            catch (FormatException)
            {
                // Refused, as it should be.
            }
            Assert.False(passes, $"character {i}");
        }
    }

    [Theory]
    [InlineData("no signature\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\nnot a signature\n")]
    [InlineData("text\n\n\u2014 name AAAA\n")]
    [InlineData("text\n\n\u2014 na+me AAAAAAAA\n")]
    [InlineData("text\n\n\u2014 name AAAAAAAA")]
    [InlineData("te\txt\n\n\u2014 name AAAAAAAA\n")]
    public void What_is_no_note_is_refused(string note) => Assert.Throws<FormatException>(() => SignedNote.Parse(note));

    [Fact]
    public void Other_keys_are_refused()
    {
        using var larger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<FormatException>(() => new NoteKey("a", larger.ExportSubjectPublicKeyInfo()));
        Assert.Throws<FormatException>(() => new NoteKey("a b", _secret.ExportSubjectPublicKeyInfo()));
        Assert.Throws<FormatException>(() => new NoteKey("a", [1, 2, 3]));
        Assert.Throws<FormatException>(() => NoteKey.Parse(_key.Vkey.Replace("ivry+", "ivry+0")));
        Assert.Throws<FormatException>(() => NoteKey.FromPem("a", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
    }
}
