using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>From here on checkpoints are signed with this key. Immutable.</summary>
/// <remarks>As a record: kind <see cref="RecordKind.Key"/>, subject <c>gateway</c>. Keys of the JSON, in order: <c>name</c>, <c>publicKey</c> (PEM),
/// <c>fingerprint</c>, <c>replaces</c> and <c>signature</c>, or <c>replaces</c> and <c>lost</c>. The signature is by the replaced key over the new public key's
/// PEM text with its last line feed, so that <c>openssl dgst -sha256 -verify old.pem -signature s new.pem</c> checks it.</remarks>
/// <param name="Key">The new key, under the origin of the log.</param>
public sealed record KeyRecord(NoteKey Key)
{
    /// <summary>Fingerprint of the key whose place it takes; null for the first of all.</summary>
    public TreeHash? Replaces { get; init; }

    /// <summary>DER signature by the replaced key; null where there was none to sign.</summary>
    public byte[]? Signature { get; init; }

    /// <summary>The replaced key was not there any more: nobody but the gateway says that this one follows it.</summary>
    public bool IsLost => Replaces is not null && Signature is null;

    /// <summary>A key that takes the place of another, signed by it.</summary>
    /// <param name="secret">Of <paramref name="old"/>.</param>
    public static KeyRecord Rotation(NoteKey key, NoteKey old, ECDsa secret) => new(key)
    {
        Replaces = old.Fingerprint,
        Signature = secret.SignData(Encoding.UTF8.GetBytes(key.Pem), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
    };

    /// <summary>Whether the replaced key signed it.</summary>
    public bool IsSignedBy(NoteKey old) =>
        Replaces == old.Fingerprint && Signature is { } signature && old.Verifies(Encoding.UTF8.GetBytes(Key.Pem), signature);

    public RecordFact ToFact(Instant at) => new(at, RecordKind.Key, "gateway", RecordText.Write(json =>
    {
        json.Put("name", Key.Name);
        json.Put("publicKey", Key.Pem);
        json.Put("fingerprint", Key.Fingerprint.ToString());
        json.Put("replaces", Replaces?.ToString());
        json.Put("signature", Signature is { } signature ? Convert.ToBase64String(signature) : null);
        json.Put("lost", IsLost ? true : null);
    }));

    /// <returns>Null when the record is of another kind, or its key cannot be read.</returns>
    public static KeyRecord? From(RecordFact record)
    {
        if (record.Kind != RecordKind.Key || RecordText.Read(record.Json) is not { } json) return null;
        if (json.Text("name") is not { } name || json.Text("publicKey") is not { } pem) return null;
        try
        {
            var key = NoteKey.FromPem(name, pem);
            TreeHash? replaces = TreeHash.TryParseHex(json.Text("replaces"), out var hash) ? hash : null;
            var signature = json.Text("signature") is { } text ? Convert.FromBase64String(text) : null;
            return key.Pem == pem && json.Text("fingerprint") == key.Fingerprint.ToString()
                ? new KeyRecord(key) { Replaces = replaces, Signature = signature } : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
