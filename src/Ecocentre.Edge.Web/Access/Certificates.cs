using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge.Web.Access;

/// <summary>The server's certificate from its files, read again when they change. A renewal that cannot be read leaves the one in force.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class Certificates : IDisposable
{
    // Between two looks at the files: a renewal is weeks ahead of the end.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(10);

    // ACME clients renew 30 days ahead: at 14 days something is broken, and there is time to mend it.
    private static readonly TimeSpan EndsSoon = TimeSpan.FromDays(14);

    private readonly Lock _gate = new();
    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private (DateTime Certificate, DateTime Key) _seen;
    private long _lookedAt;
    private volatile Pair _pair;
    private volatile string? _trouble;

    /// <exception cref="IOException">The files are no certificate and its key; the message says why.</exception>
    internal Certificates(TlsOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger, _lookedAt) = (options, time, logger, time.GetTimestamp());
        try
        {
            _seen = Written();
            _pair = Load();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"The certificate {options.CertificateFile} with its key {options.KeyFile} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>What to answer a client's greeting with.</summary>
    internal SslServerAuthenticationOptions Current
    {
        get
        {
            Look();
            return _pair.Options;
        }
    }

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Trouble(Instant now)
    {
        Look();
        var end = Instant.From(_pair.Certificate.NotAfter);
        if (_trouble is { } trouble) return trouble;
        return end - now < EndsSoon ? $"The certificate {_options.CertificateFile} is good until {end} only. Renew it; it is read again by itself." : null;
    }

    public void Dispose() => _pair.Certificate.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_lookedAt) < LookPeriod) return;
            _lookedAt = _time.GetTimestamp();
            try
            {
                var written = Written();
                if (written == _seen) return;
                _pair = Load();
                (_seen, _trouble) = (written, null);
                _logger.LogInformation("The certificate was renewed; it is good until {End}.", Instant.From(_pair.Certificate.NotAfter));
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Half of a renewal is written, or it is wrong: the next look tries again.
                _trouble = $"The renewed certificate {_options.CertificateFile} cannot be used ({e.Message}); the former stays in force.";
            }
        }
    }

    private (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(_options.CertificateFile), File.GetLastWriteTimeUtc(_options.KeyFile));

    private Pair Load()
    {
        var certificate = X509Certificate2.CreateFromPemFile(_options.CertificateFile, _options.KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_options.CertificateFile);
        if (chain.Count > 0) chain.RemoveAt(0);
        // Offline: a gateway does not fetch what leads to its authority; it stands in the file.
        var context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        return new Pair(certificate, new SslServerAuthenticationOptions { ServerCertificateContext = context });
    }

    private sealed record Pair(X509Certificate2 Certificate, SslServerAuthenticationOptions Options);
}
