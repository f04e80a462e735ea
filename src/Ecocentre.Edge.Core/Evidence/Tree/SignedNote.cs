using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Ecocentre.Edge.Evidence.Tree;

/// <summary>A text with signatures below it. Immutable; any thread.</summary>
/// <remarks>C2SP signed-note: the text, an empty line, and one line for each signature: an em dash, the key's name, and in base64 the key's id and the
/// signature. What is signed is the text with its last line feed.</remarks>
/// <param name="Text">One or more lines, the last one ended by a line feed.</param>
public sealed record SignedNote(string Text, ImmutableArray<NoteSignature> Signatures)
{
    // C2SP signed-note: at least 16 must be accepted; ours have one, two after a rotation, and witnesses.
    private const int SignaturesMax = 64;

    // With 64 signatures of the largest kind that exists (ML-DSA-44, 2,420 bytes) and a text of 16 kB.
    private const int LengthMax = 256 * 1024;

    /// <summary>Signs a text.</summary>
    /// <param name="text">Lines, each ended by a line feed, the last one not empty.</param>
    /// <param name="key">The public key that belongs to <paramref name="secret"/>.</param>
    /// <exception cref="FormatException">The text cannot be a note's.</exception>
    public static SignedNote Sign(string text, NoteKey key, ECDsa secret)
    {
        RequireText(text);
        var signature = secret.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new SignedNote(text, [new NoteSignature(key.Name, key.Id, [.. signature])]);
    }

    /// <summary>Reads a note; no signature is looked at yet.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static SignedNote Parse(string note)
    {
        if (note.Length > LengthMax) throw new FormatException($"The note is longer than {LengthMax} characters.");
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0) throw new FormatException("The note has no empty line between its text and its signatures.");
        var text = note[..(end + 1)];
        RequireText(text);
        var lines = note[(end + 2)..].Split('\n');
        if (lines[^1].Length > 0) throw new FormatException("The note does not end with a line feed.");
        if (lines.Length < 2) throw new FormatException("The note has no signature.");
        if (lines.Length - 1 > SignaturesMax) throw new FormatException($"The note has more than {SignaturesMax} signatures.");
        return new SignedNote(text, [.. lines[..^1].Select(NoteSignature.Parse)]);
    }

    /// <summary>Whether a known key signed it. Signatures by others are ignored.</summary>
    /// <returns>The keys that did; empty when none is known.</returns>
    /// <exception cref="FormatException">A signature that says that it is by a known key is not.</exception>
    public ImmutableArray<NoteKey> Verify(IEnumerable<NoteKey> known)
    {
        var content = Encoding.UTF8.GetBytes(Text);
        var keys = ImmutableArray.CreateBuilder<NoteKey>();
        foreach (var key in known)
            foreach (var signature in Signatures)
            {
                if (signature.Name != key.Name || signature.KeyId != key.Id) continue;
                if (!key.Verifies(content, signature.Bytes.AsSpan()))
                    throw new FormatException($"The signature under the name {key.Name} is not by its key {key.Fingerprint}.");
                if (!keys.Contains(key)) keys.Add(key);
            }
        return keys.DrainToImmutable();
    }

    /// <summary>The note as it is published.</summary>
    public override string ToString() => Text + "\n" + string.Concat(Signatures.Select(signature => signature + "\n"));

    public bool Equals(SignedNote? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private static void RequireText(string text)
    {
        if (text.Length < 2 || text[^1] != '\n') throw new FormatException("The text of a note ends with a line feed.");
        if (text.Any(c => char.IsControl(c) && c != '\n')) throw new FormatException("The text of a note has a control character in it.");
        if (text.Any(c => c == '\uFFFD')) throw new FormatException("The text of a note is not UTF-8.");
    }
}

/// <summary>One signature of a note.</summary>
/// <param name="Name">Of the key.</param>
/// <param name="KeyId">First 4 bytes of what identifies the key.</param>
/// <param name="Bytes">The signature itself.</param>
public sealed record NoteSignature(string Name, uint KeyId, ImmutableArray<byte> Bytes)
{
    // C2SP signed-note: U+2014 and a space.
    private const string Dash = "\u2014 ";

    /// <exception cref="FormatException">It is no line of a signature.</exception>
    public static NoteSignature Parse(string line)
    {
        var parts = line.StartsWith(Dash, StringComparison.Ordinal) ? line[Dash.Length..].Split(' ') : [];
        if (parts.Length != 2 || !NoteKey.IsName(parts[0])) throw new FormatException("A line below the text is no signature: dash, name, base64.");
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(parts[1]);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"The signature under the name {parts[0]} is not base64: {wrong.Message}", wrong);
        }
        if (bytes.Length <= NoteKey.IdBytes || Convert.ToBase64String(bytes) != parts[1])
            throw new FormatException($"The signature under the name {parts[0]} is too short, or not written as it should be.");
        return new NoteSignature(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), [.. bytes.AsSpan(NoteKey.IdBytes)]);
    }

    public override string ToString()
    {
        var bytes = new byte[NoteKey.IdBytes + Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Bytes.AsSpan().CopyTo(bytes.AsSpan(NoteKey.IdBytes));
        return $"{Dash}{Name} {Convert.ToBase64String(bytes)}";
    }

    public bool Equals(NoteSignature? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => HashCode.Combine(Name, KeyId);
}
