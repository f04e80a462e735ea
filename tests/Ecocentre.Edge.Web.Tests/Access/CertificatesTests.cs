using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ecocentre.Edge.Web.Access;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Web.Tests.Access;

public sealed class CertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ecocentre-tls-").FullName;
    private DateTime _written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private TlsOptions Files => new(Path.Combine(_folder, "fullchain.pem"), Path.Combine(_folder, "privkey.pem"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Renewed_certificate_is_shown_to_the_next_client_without_a_restart()
    {
        Write("first", days: 90);
        await using var centre = await ShownCentre.StartAsync(options: usual => usual with { Tls = Files });
        Assert.Equal("CN=first", await SeenAsync(centre));
        Write("second", days: 90);
        Assert.Equal("CN=first", await SeenAsync(centre));
        centre.Time.Skip(TimeSpan.FromSeconds(11));
        Assert.Equal("CN=second", await SeenAsync(centre));
    }

    [Fact]
    public async Task Renewal_that_cannot_be_read_leaves_the_former_in_force_and_is_told()
    {
        Write("first", days: 90);
        await using var centre = await ShownCentre.StartAsync(options: usual => usual with { Tls = Files });
        File.WriteAllText(Files.CertificateFile, "-----BEGIN CERTIFICATE-----\nhalf of it");
        centre.Time.Skip(TimeSpan.FromSeconds(11));
        Assert.Equal("CN=first", await SeenAsync(centre));
        using var certificates = Good();
        Assert.Null(certificates.Trouble(centre.Now()));
        Write("first", days: 90);
        centre.Time.Skip(TimeSpan.FromSeconds(11));
        Assert.Equal("CN=first", await SeenAsync(centre));
    }

    [Fact]
    public void End_that_is_near_is_told_and_files_that_are_wrong_stop_the_start()
    {
        Write("first", days: 10);
        var time = new TestTime();
        using var certificates = new Certificates(Files, time, NullLogger.Instance);
        Assert.Contains("Renew it", certificates.Trouble(Time.Instant.From(time.GetUtcNow())));
        File.WriteAllText(Files.KeyFile, "no key");
        var refused = Assert.Throws<IOException>(() => new Certificates(Files, time, NullLogger.Instance));
        Assert.Contains("privkey.pem", refused.Message);
    }

    private Certificates Good()
    {
        Write("good", days: 90);
        return new Certificates(Files, new TestTime(), NullLogger.Instance);
    }

    private async Task<string> SeenAsync(ShownCentre centre)
    {
        var seen = "";
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (seen = certificate!.Subject).Length > 0,
            },
        });
        using var answer = await client.GetAsync($"https://127.0.0.1:{centre.Server.Address.Port}/health/live");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
        return seen;
    }

    private void Write(string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days));
        File.WriteAllText(Files.CertificateFile, certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(Files.KeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        // Files written within one tick of the clock would look the same.
        _written += TimeSpan.FromMinutes(1);
        File.SetLastWriteTimeUtc(Files.CertificateFile, _written);
        File.SetLastWriteTimeUtc(Files.KeyFile, _written);
    }
}
