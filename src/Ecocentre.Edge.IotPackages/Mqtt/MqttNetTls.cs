using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Mqtt;
using MQTTnet;

namespace Ecocentre.Edge.IotPackages.Mqtt;

/// <summary>TLS of one connection: the files, what is checked, and what to do about what is said. TLS 1.2 or newer; the broker's name is always
/// checked. Owns the certificates it reads.</summary>
internal sealed class MqttNetTls(MqttOptions options, TimeProvider time) : IDisposable
{
    private readonly ServerTrust _trust = new(options.AuthorityFile, time);
    private X509Certificate2? _own;

    /// <exception cref="MqttFileException">A file cannot be read, or is not what it should be.</exception>
    public void Apply(MqttClientOptionsBuilder builder)
    {
        if (options.AuthorityFile is { } authority)
            foreach (var certificate in Certificates(authority)) certificate.Dispose();
        if (options.CertificateFile is { } shown) _own = Own(shown, options.KeyFile!);
        builder.WithTlsOptions(tls =>
        {
            tls.UseTls().WithTargetHost(options.Broker.IdnHost.Trim('[', ']')).WithRevocationMode(X509RevocationMode.NoCheck)
                .WithCertificateValidationHandler(told =>
                    _trust.Believes(options.Broker.Host, told.Certificate as X509Certificate2, told.Chain, told.SslPolicyErrors));
            if (_own is not null) tls.WithClientCertificates(new X509Certificate2Collection(_own));
        });
    }

    /// <summary>What a person can do about it, ended by a blank, or nothing.</summary>
    public string Remedy(string said)
    {
        bool Says(string text) => said.Contains(text, StringComparison.OrdinalIgnoreCase);
        if (_trust.Refusal is { } refusal) return refusal + " ";
        if (Says("certificate required") || Says("handshake failure") && options.CertificateFile is null)
            return "The broker wants a client certificate: name certificate and key. ";
        if (Says("unknown ca") || Says("bad certificate")) return "The broker does not trust our certificate. ";
        if (Says("wrong version number") || Says("unexpected eof") || Says("corrupted frame") || Says("0 bytes from the transport")
            || Says("reset by peer"))
            return "The broker does not seem to speak TLS on this port. ";
        return "";
    }

    public void Dispose() => _own?.Dispose();

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
