using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ecocentre.Edge.Outputs;

/// <summary>Whether the certificate that an HTTPS server shows is believed: it must be for the server's name, be valid now, and descend from an
/// authority. What is not believed is refused, and said in words that name what is wrong. There is no way to believe everything.</summary>
/// <remarks>Any thread. RFC 5280 section 6 and RFC 9110 section 4.3.4 as .NET and OpenSSL carry them out. A box whose clock stands in 1970 finds every
/// certificate not valid yet: what it has to tell waits in the log until the clock is set (by NTP, which needs no TLS), and goes out then by itself.</remarks>
/// <param name="authorityFile">PEM file of the authorities that are believed; null for those that the system trusts. It is read at each new connection,
/// so that a renewed one needs no restart.</param>
/// <param name="time">Only for the words: whoever reads "not valid yet" must see what the box takes for now.</param>
public sealed class ServerTrust(string? authorityFile, TimeProvider time)
{
    // TLS server authentication: RFC 5280 section 4.2.1.12.
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    private volatile string? _refusal;

    /// <summary>Why the server of the last new connection was not believed, as a sentence; null when it was.</summary>
    public string? Refusal => _refusal;

    /// <summary>For the handler of an <c>HttpClient</c>.</summary>
    public SslClientAuthenticationOptions Options() => new()
    {
        // Lists of revocation and missing intermediates lie on servers that a centre behind a firewall does not reach.
        CertificateChainPolicy = Policy(),
        RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
            Believes((sender as SslStream)?.TargetHostName ?? "", certificate as X509Certificate2, chain, errors),
    };

    /// <summary>Judges what TLS shows, and remembers the <see cref="Refusal"/>.</summary>
    /// <param name="host">The name that the server was asked for by.</param>
    public bool Believes(string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        (_refusal = Judge(host, certificate, chain, errors)) is null;

    private string? Judge(string host, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null) return "The server shows no certificate.";
        var isOtherName = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch);
        if (authorityFile is null) return Words(host, certificate, chain, isOtherName, errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors));
        using var own = new X509Chain { ChainPolicy = Policy() };
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerPurpose));
        own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        try
        {
            own.ChainPolicy.CustomTrustStore.ImportFromPemFile(authorityFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"{authorityFile} cannot be read: {e.Message}";
        }
        return Words(host, certificate, own, isOtherName, !own.Build(certificate));
    }

    private string? Words(string host, X509Certificate2 certificate, X509Chain chain, bool isOtherName, bool isChainWrong)
    {
        var words = new List<string>();
        if (isOtherName) words.Add($"The server's certificate is not for {host} but for {Names(certificate)}.");
        if (isChainWrong)
        {
            const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;
            var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
            if (status.HasFlag(X509ChainStatusFlags.NotTimeValid)) words.Add(TimeWords(chain));
            if ((status & Untrusted) != 0) words.Add(AuthorityWords(certificate));
            if (words.Count == 0 || (status & ~(X509ChainStatusFlags.NotTimeValid | Untrusted)) != 0)
                words.Add("The server's certificate is refused: " + string.Join(' ', chain.ChainStatus.Select(one => one.StatusInformation.Trim()).Distinct()));
        }
        return words.Count == 0 ? null : string.Join(' ', words);
    }

    private string TimeWords(X509Chain chain)
    {
        var now = time.GetUtcNow();
        var certificates = chain.ChainElements.Select(element => element.Certificate).ToArray();
        if (certificates.FirstOrDefault(one => one.NotAfter.ToUniversalTime() < now.UtcDateTime) is { } old)
            return $"The server's certificate{Of(old, certificates)} has expired: it was good until {Day(old.NotAfter)}.";
        var young = certificates.FirstOrDefault(one => one.NotBefore.ToUniversalTime() > now.UtcDateTime) ?? certificates[0];
        return $"The server's certificate{Of(young, certificates)} is not valid yet: it is good from {Day(young.NotBefore)} on, "
            + $"and this box takes now for {Day(now.UtcDateTime)}. If that is wrong, set its clock.";
    }

    private string AuthorityWords(X509Certificate2 certificate)
    {
        var trusted = authorityFile ?? "an authority this system trusts";
        return certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
            ? $"The server's certificate is signed by itself, and not signed by {trusted}."
            : $"The server's certificate was signed by {certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true)}, and not signed by {trusted}."
                + (authorityFile is null ? " Name its authority's PEM file with \"ca\"." : "");
    }

    private static string Of(X509Certificate2 which, X509Certificate2[] all) =>
        ReferenceEquals(which, all[0]) ? "" : $"'s authority {which.GetNameInfo(X509NameType.SimpleName, false)}";

    private static string Day(DateTime at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Names(X509Certificate2 certificate)
    {
        var named = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToArray();
        var names = named.SelectMany(one => one.EnumerateDnsNames().Concat(one.EnumerateIPAddresses().Select(ip => $"{ip}"))).Take(5).ToArray();
        return names.Length > 0 ? string.Join(", ", names) : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    private static X509ChainPolicy Policy() => new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
}
