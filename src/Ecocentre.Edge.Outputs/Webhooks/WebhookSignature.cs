using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>Signatures after the Standard Webhooks specification (standardwebhooks.com, version 1): HMAC-SHA-256 over <c>id.timestamp.body</c>, in Base64
/// behind <c>v1,</c>. Receivers have libraries for it in most languages.</summary>
public static class WebhookSignature
{
    /// <summary>The header of a delivery's id: the same for each try of the same content.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header of the time of the try, Unix seconds; receivers refuse what is older than some minutes, so that nothing can be replayed.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    public const string SignatureHeader = "webhook-signature";

    /// <summary>The specification wants 24 to 64 bytes.</summary>
    public const int SecretBytesMin = 24;

    private const string Prefix = "whsec_";

    /// <summary>Whether a secret is long enough.</summary>
    public static bool IsStrong(string secret) => Key(secret).Length >= SecretBytesMin;

    /// <summary>The value of <see cref="SignatureHeader"/>.</summary>
    /// <param name="secret"><c>whsec_</c> and Base64, or any text, which then stands for its UTF-8 bytes.</param>
    public static string Sign(string secret, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        var content = new ArrayBufferWriter<byte>(body.Length + 64);
        content.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}.")));
        content.Write(body);
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(secret), content.WrittenSpan));
    }

    private static byte[] Key(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(secret);
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) ? key[..length] : Encoding.UTF8.GetBytes(secret);
    }
}
