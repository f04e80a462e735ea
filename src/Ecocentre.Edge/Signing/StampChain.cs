using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Ecocentre.Edge.Signing;

/// <summary>Whether the certificate under a time stamp descends from a root that is trusted, at the time of the stamp.</summary>
internal static class StampChain
{
    // RFC 3161 section 2.3: the certificate of an authority is for time stamping and nothing else.
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    /// <summary>Certificates of a PEM file.</summary>
    /// <exception cref="CryptographicException">It has none.</exception>
    internal static X509Certificate2Collection Read(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("There is no certificate in it.");
    }

    /// <param name="roots">Null: those that the system trusts.</param>
    /// <returns>Why it is not trusted, or null.</returns>
    internal static string? Distrust(Rfc3161TimestampToken token, X509Certificate2 certificate, X509Certificate2Collection? roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.VerificationTime = token.TokenInfo.Timestamp.UtcDateTime;
        // Lists of revocation lie on servers that a centre behind a firewall does not reach; auditors look at them.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(TimeStamping));
        chain.ChainPolicy.ExtraStore.AddRange(token.AsSignedCms().Certificates);
        if (roots is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        }
        return chain.Build(certificate) ? null : string.Join(" ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()));
    }
}
