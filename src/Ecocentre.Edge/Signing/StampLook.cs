using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Ecocentre.Edge.Outputs.Packs.Checks;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Signing;

/// <summary>Looks at the time stamp of a pack, offline: that it stamps the checkpoint, that its signature is right, and with a root certificate that its
/// authority is the one that is trusted. Any thread.</summary>
internal sealed class StampLook
{
    private readonly X509Certificate2Collection? _roots;

    /// <param name="authorityFile">PEM file of roots that are trusted; null where nobody named any.</param>
    /// <exception cref="CryptographicException">It has no certificate.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal StampLook(string? authorityFile) => _roots = authorityFile is null ? null : StampChain.Read(authorityFile);

    /// <param name="content">What should be stamped.</param>
    /// <param name="answer">The authority's, as it was stored.</param>
    internal StampFinding Look(byte[] content, byte[] answer)
    {
        try
        {
            return Rfc3161TimestampToken.TryDecode(Timestamp.TokenIn(answer), out var token, out _) ? Look(content, token) : Wrong("is no time stamp.");
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return Wrong($"is no time stamp: {e.Message}");
        }
    }

    private StampFinding Look(byte[] content, Rfc3161TimestampToken token)
    {
        var (stamped, at) = (token.TokenInfo.GetMessageHash(), Instant.From(token.TokenInfo.Timestamp));
        if (HashOf(content, token.TokenInfo.HashAlgorithmId.Value) is not { } own)
            return Wrong($"stamps a hash of the kind {token.TokenInfo.HashAlgorithmId.Value}, which is not known here.");
        if (!stamped.Span.SequenceEqual(own))
            return Wrong($"stamps {Convert.ToHexStringLower(stamped.Span)}, which is not the checkpoint's hash {Convert.ToHexStringLower(own)}.");
        if (!token.VerifySignatureForData(content, out var certificate, _roots) || certificate is null)
        {
            return token.AsSignedCms().Certificates.Count == 0 && _roots is null
                ? new StampFinding($"the checkpoint's hash, at {at}", Remark: "The time stamp is without its authority's certificate, so its signature was not "
                    + "looked at: name the certificate with --timestamp-ca.")
                : Wrong("has a signature that is not right.");
        }
        using (certificate)
        {
            var text = $"the checkpoint's hash at {at}, signed by {certificate.Subject}";
            if (_roots is null)
                return new StampFinding(text, Remark: $"Nobody said whether {certificate.Subject} may be trusted to tell the time: name its root "
                    + "certificate with --timestamp-ca.");
            return StampChain.Distrust(token, certificate, _roots) is { } why ? Wrong($"is by {certificate.Subject}, which is not trusted: {why}")
                : new StampFinding($"{text}, which is trusted");
        }
    }

    private static byte[]? HashOf(byte[] content, string? algorithm) => algorithm switch
    {
        // The arc of NIST's hash algorithms, RFC 5754 section 2.
        "2.16.840.1.101.3.4.2.1" => SHA256.HashData(content),
        "2.16.840.1.101.3.4.2.2" => SHA384.HashData(content),
        "2.16.840.1.101.3.4.2.3" => SHA512.HashData(content),
        _ => null,
    };

    private static StampFinding Wrong(string text) => new(text, IsWrong: true);
}
