using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ecocentre.Edge.Evidence.Tree;

/// <summary>A public key that signs notes: ECDSA over P-256 with SHA-256, under a name. Immutable; any thread.</summary>
/// <remarks>C2SP signed-note, signature type 0x02: the key's id is the beginning of the SHA-256 of its DER SubjectPublicKeyInfo, a signature is the DER
/// form that openssl reads and writes.</remarks>
public sealed class NoteKey : IEquatable<NoteKey>
{
    // C2SP signed-note, signature types.
    private const byte EcdsaType = 2;

    // C2SP signed-note: a 32-bit id.
    internal const int IdBytes = 4;

    // Object identifier of the curve P-256 (RFC 5480, section 2.1.1.1: secp256r1).
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly byte[] _der;

    /// <param name="name">Of the key, which is the origin of the log: without spaces, plus and control characters.</param>
    /// <param name="der">SubjectPublicKeyInfo.</param>
    /// <exception cref="FormatException">The name cannot be used, or the key is none on P-256.</exception>
    public NoteKey(string name, ReadOnlySpan<byte> der)
    {
        if (!IsName(name)) throw new FormatException($"\"{name}\" cannot name a key: it has a space, a plus or a control character, or is empty.");
        (Name, _der) = (name, der.ToArray());
        Fingerprint = TreeHash.Of(_der);
        using var key = Import();
    }

    public string Name { get; }

    /// <summary>SHA-256 of the DER public key: what people compare.</summary>
    public TreeHash Fingerprint { get; }

    /// <summary>The first 4 bytes of <see cref="Fingerprint"/>.</summary>
    public uint Id => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Fingerprint.ToArray());

    /// <summary>SubjectPublicKeyInfo.</summary>
    public ReadOnlySpan<byte> Der => _der;

    /// <summary>The public key as openssl reads it, ended by a line feed.</summary>
    public string Pem => PemEncoding.WriteString("PUBLIC KEY", _der) + "\n";

    /// <summary>The key in one line: <c>name+id+base64</c>.</summary>
    public string Vkey => string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String([EcdsaType, .. _der])}");

    /// <exception cref="FormatException">It is no public key on P-256.</exception>
    public static NoteKey FromPem(string name, string pem)
    {
        if (!PemEncoding.TryFind(pem, out var found) || pem[found.Label] != "PUBLIC KEY") throw new FormatException("There is no \"BEGIN PUBLIC KEY\".");
        try
        {
            return new NoteKey(name, Convert.FromBase64String(pem[found.Base64Data]));
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"The public key cannot be read: {wrong.Message}", wrong);
        }
    }

    /// <summary>Reads <see cref="Vkey"/>.</summary>
    /// <exception cref="FormatException">It is none, or of another type of key.</exception>
    public static NoteKey Parse(string vkey)
    {
        var parts = vkey.Split('+', 3);
        if (parts.Length < 3) throw new FormatException("A verifier key has three parts: name+id+key.");
        var content = Convert.FromBase64String(parts[2]);
        if (content.Length == 0 || content[0] != EcdsaType) throw new FormatException("The verifier key is of a type that is not supported.");
        var key = new NoteKey(parts[0], content.AsSpan(1));
        return key.Vkey == vkey ? key : throw new FormatException("The verifier key's id does not belong to its key.");
    }

    /// <summary>Whether the signature (DER) of the content is by this key.</summary>
    public bool Verifies(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        using var key = Import();
        return key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    public bool Equals(NoteKey? other) => other is not null && Name == other.Name && Fingerprint == other.Fingerprint;

    public override bool Equals(object? other) => Equals(other as NoteKey);

    public override int GetHashCode() => Fingerprint.GetHashCode();

    /// <summary>Whether that can name a key: no space, plus or control character, and not too long.</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c)) && Encoding.UTF8.GetByteCount(name) <= NameBytesMax;

    // A schema-less address; longer is a paste gone wrong.
    private const int NameBytesMax = 200;

    private ECDsa Import()
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(_der, out var read);
            if (read != _der.Length || key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != P256)
            {
                throw new FormatException("The key is not one on the curve P-256.");
            }
            return key;
        }
        catch (Exception wrong) when (wrong is CryptographicException or PlatformNotSupportedException)
        {
            // A curve that this machine does not know says so by the latter.
            key.Dispose();
            throw new FormatException($"The key cannot be read: {wrong.Message}", wrong);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
