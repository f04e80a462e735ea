using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Ecocentre.Edge.Outputs.Mqtt.Libmosquitto;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>TLS of one connection: the files, and what to do about what OpenSSL says. TLS 1.2 or newer; the broker's name is always
/// checked.</summary>
internal sealed unsafe class MosquittoTls(MqttOptions options)
{
    // Where Debian's ca-certificates keeps the authorities everybody trusts.
    private const string SystemAuthorities = "/etc/ssl/certs";

    /// <returns>Null, or why it cannot be.</returns>
    public string? Set(nint handle)
    {
        foreach (var file in new[] { options.AuthorityFile, options.CertificateFile, options.KeyFile })
            if (file is not null && Unreadable(file) is { } why) return $"{file} cannot be read: {why}";
        var folder = options.AuthorityFile is null ? SystemAuthorities : null;
        var code = mosquitto_tls_set(handle, options.AuthorityFile, folder, options.CertificateFile, options.KeyFile, &AskPassword);
        return code == Success ? null : $"TLS cannot be set up: {Words(code, 0)}";
    }

    /// <summary>What a person can do about it, ended by a blank, or nothing.</summary>
    /// <param name="said">Lines of OpenSSL and libmosquitto.</param>
    /// <param name="verified">What verifying the broker's certificate gave.</param>
    public string Remedy(List<string> said, int verified)
    {
        bool Says(string text) => said.Exists(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));
        if (Says("certificate required") || Says("handshake failure") && options.CertificateFile is null)
            return "The broker wants a client certificate: name certificate and key. ";
        if (Says("certificate verify failed"))
            return Disbelief(verified);
        if (Says("unknown ca") || Says("bad certificate")) return "The broker does not trust our certificate. ";
        if (Says("key values mismatch") || Says("inconsistent")) return "Our certificate and our key do not belong together. ";
        if (Says("wrong version number") || Says("unexpected eof")) return "The broker does not seem to speak TLS on this port. ";
        return "";
    }

    /// <summary>Why the broker's certificate is not believed.</summary>
    private string Disbelief(int verified)
    {
        var authority = options.AuthorityFile ?? "an authority this system trusts";
        return verified switch
        {
            // The library looks at the name itself, when OpenSSL has found nothing.
            VerifyOk or VerifyHostMismatch or VerifyAddressMismatch => $"The broker's certificate is not for {options.Broker.Host}. ",
            VerifyExpired => "The broker's certificate has expired, or this box's clock is ahead of the time. ",
            VerifyNotYetValid => "The broker's certificate is not valid yet, or this box's clock is behind the time. ",
            VerifySelfSigned => $"The broker's certificate is signed by itself, and not signed by {authority}. ",
            VerifyUnknown => $"The broker's certificate is not for {options.Broker.Host}, has expired, or was not signed by {authority}. ",
            _ => $"The broker's certificate was not signed by {authority}. ",
        };
    }

    private static string? Unreadable(string file)
    {
        try
        {
            using var opened = File.OpenRead(file);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>OpenSSL would ask at the terminal. No password lets it say that the key has one.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int AskPassword(byte* buffer, int size, int write, nint context) => 0;
}
