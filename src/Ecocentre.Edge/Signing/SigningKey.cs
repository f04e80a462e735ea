using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Signing;

/// <summary>A secret key for checkpoints: ECDSA on P-256, in a file as PKCS#8 PEM with mode 600. Any thread, one at a time.</summary>
internal sealed class SigningKey : IDisposable
{
    // A PKCS#8 key on P-256 has 241 characters; a file many times as long is something else.
    private const long FileBytesMax = 8 * 1024;

    private readonly ECDsa _secret;

    private SigningKey(string name, ECDsa secret) => (_secret, Public) = (secret, new NoteKey(name, secret.ExportSubjectPublicKeyInfo()));

    internal NoteKey Public { get; }

    /// <summary>A new key; it is nowhere but in memory until it is saved.</summary>
    internal static SigningKey Make(string name) => new(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads the key's file.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="SigningRefusedException">Others may open it, or it holds no such key.</exception>
    internal static SigningKey? Load(string path, string name)
    {
        if (!File.Exists(path)) return null;
        if (OwnedFile.IsOpenToOthers(path))
            throw new SigningRefusedException(
                $"{path} may be opened by others than its owner. Make it mode 600 (chmod 600 {path}); and where "
                + "somebody may have had it, take another key then: `evidence key --rotate`.");
        var secret = ECDsa.Create();
        try
        {
            if (new FileInfo(path).Length > FileBytesMax) throw new CryptographicException("It is too long.");
            secret.ImportFromPem(File.ReadAllText(path));
            if (secret.KeySize != 256) throw new CryptographicException("It is not on the curve P-256.");
            return new SigningKey(name, secret);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException or NotSupportedException or IOException
            or UnauthorizedAccessException)
        {
            secret.Dispose();
            throw new SigningRefusedException(
                $"{path} cannot be used as a key: {e.Message} Put the right one back, or move it away: "
                + "then a new one is made, and the log says that the old is lost.", e);
        }
    }

    /// <exception cref="IOException">The disk does not let it be written.</exception>
    internal void Save(string path) => OwnedFile.WriteSecret(path, Encoding.ASCII.GetBytes(_secret.ExportPkcs8PrivateKeyPem() + "\n"));

    internal SignedNote Sign(Checkpoint checkpoint) => SignedNote.Sign(checkpoint.ToText(), Public, _secret);

    /// <summary>Signs bytes: ECDSA over SHA-256, DER, as openssl reads it.</summary>
    internal byte[] Sign(byte[] content) => _secret.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>The record with which another key takes the place of this one.</summary>
    internal KeyRecord HandOver(NoteKey to) => KeyRecord.Rotation(to, Public, _secret);

    public void Dispose() => _secret.Dispose();
}
