using System.Text;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>The comment of a pack's zip: a signature over all bytes before the end record, so that every byte of the container counts.</summary>
/// <remarks>ASCII: <c>ecocentre-pack 1 sha256=HEX signature=BASE64</c>; signed (ECDSA P-256, SHA-256, DER) is the text up to and without
/// <c> signature=</c>.</remarks>
internal static class PackSeal
{
    private const string Begin = "ecocentre-pack 1 sha256=", Then = " signature=";

    /// <param name="sign">Signs bytes and gives DER.</param>
    internal static string Write(TreeHash digest, Func<byte[], byte[]> sign)
    {
        var text = $"{Begin}{digest}";
        return $"{text}{Then}{Convert.ToBase64String(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <returns>False when the comment is not as <see cref="Write"/> writes it.</returns>
    internal static bool TryRead(string comment, out TreeHash digest, out byte[] signature)
    {
        (digest, signature) = (default, []);
        if (!comment.StartsWith(Begin, StringComparison.Ordinal) || comment.Length < Begin.Length + 2 * TreeHash.Bytes + Then.Length) return false;
        if (!TreeHash.TryParseHex(comment.AsSpan(Begin.Length, 2 * TreeHash.Bytes), out digest)) return false;
        var rest = comment.AsSpan(Begin.Length + 2 * TreeHash.Bytes);
        if (!rest.StartsWith(Then)) return false;
        var bytes = new byte[rest.Length];
        if (!Convert.TryFromBase64Chars(rest[Then.Length..], bytes, out var length)) return false;
        signature = bytes[..length];
        return rest[Then.Length..].SequenceEqual(Convert.ToBase64String(signature));
    }

    /// <summary>What is signed.</summary>
    internal static byte[] Signed(TreeHash digest) => Encoding.ASCII.GetBytes($"{Begin}{digest}");
}
