using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ecocentre.Edge.Outputs.Mqtt;
using MQTTnet;

namespace Ecocentre.Edge.IotPackages.Mqtt;

/// <summary>TLS of one connection: the files, what is checked, and what to do about what is said. TLS 1.2 or newer; the broker's name is always
/// checked. Owns the certificates it reads.</summary>
internal sealed class MqttNetTls(MqttOptions options) : IDisposable
{
    private readonly X509Certificate2Collection _authorities = [];
    private X509Certificate2? _own;
    private volatile string? _refusal;

    /// <exception cref="MqttFileException">A file cannot be read, or is not what it should be.</exception>
    public void Apply(MqttClientOptionsBuilder builder)
    {
        if (options.AuthorityFile is { } authority) _authorities.AddRange(Certificates(authority));
        if (options.CertificateFile is { } certificate) _own = Own(certificate, options.KeyFile!);
        builder.WithTlsOptions(tls =>
        {
            tls.UseTls().WithTargetHost(options.Broker.IdnHost.Trim('[', ']')).WithRevocationMode(X509RevocationMode.NoCheck)
                .WithCertificateValidationHandler(told => IsTrusted(told.Certificate, told.SslPolicyErrors));
            if (_own is not null) tls.WithClientCertificates(new X509Certificate2Collection(_own));
        });
    }

    /// <summary>What a person can do about it, ended by a blank, or nothing.</summary>
    public string Remedy(string said)
    {
        bool Says(string text) => said.Contains(text, StringComparison.OrdinalIgnoreCase);
        if (_refusal is { } refusal) return refusal + " ";
        if (Says("certificate required") || Says("handshake failure") && options.CertificateFile is null)
            return "The broker wants a client certificate: name certificate and key. ";
        if (Says("unknown ca") || Says("bad certificate")) return "The broker does not trust our certificate. ";
        if (Says("wrong version number") || Says("unexpected eof") || Says("corrupted frame") || Says("0 bytes from the transport")
            || Says("reset by peer"))
            return "The broker does not seem to speak TLS on this port. ";
        return "";
    }

    public void Dispose()
    {
        foreach (var certificate in _authorities) certificate.Dispose();
        _own?.Dispose();
    }

    private bool IsTrusted(X509Certificate? shown, SslPolicyErrors errors)
    {
        var host = options.Broker.Host;
        _refusal = shown is null ? "The broker shows no certificate."
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"The broker's certificate is not for {host}."
            : Expiry(shown) ?? (IsSigned(shown, errors)
                ? null : $"The broker's certificate was not signed by {options.AuthorityFile ?? "an authority this system trusts"}.");
        return _refusal is null;
    }

    private static string? Expiry(X509Certificate shown)
    {
        using var certificate = new X509Certificate2(shown);
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllFlags & ~X509VerificationFlags.IgnoreNotTimeValid;
        chain.Build(certificate);
        return chain.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid)
            ? $"The broker's certificate is valid from {certificate.NotBefore.ToUniversalTime():O} to {certificate.NotAfter.ToUniversalTime():O} only." : null;
    }

    private bool IsSigned(X509Certificate shown, SslPolicyErrors errors)
    {
        if (_authorities.Count == 0) return !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
        using var certificate = new X509Certificate2(shown);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static X509Certificate2Collection Certificates(string file)
    {
        var read = new X509Certificate2Collection();
        try
        {
            read.ImportFromPemFile(file);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new MqttFileException($"{file} cannot be read: {wrong.Message}");
        }
        return read.Count > 0 ? read : throw new MqttFileException($"{file} holds no certificate in PEM.");
    }

    private static X509Certificate2 Own(string certificateFile, string keyFile)
    {
        using var shown = Certificates(certificateFile)[0];
        try
        {
            var key = File.ReadAllText(keyFile);
            using var ephemeral = X509Certificate2.CreateFromPem(shown.ExportCertificatePem(), key);
            // The key of a certificate from PEM lives only as long as the object that made it, which TLS does not know.
            return X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new MqttFileException($"{keyFile} cannot be read: {wrong.Message}");
        }
        catch (ArgumentException)
        {
            throw new MqttFileException($"{certificateFile} and {keyFile} do not belong together.");
        }
    }
}
