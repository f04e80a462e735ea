using System.Text;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Tests;

/// <summary>Real https servers (influxd, and one of ours) with certificates of openssl that have one thing wrong each.</summary>
public sealed class ServerTrustTests : IDisposable
{
    private static readonly (CertificateFlaw Flaw, string Words)[] Flaws =
    [
        (CertificateFlaw.OtherHost, "not for 127.0.0.1 but for elsewhere.example"), (CertificateFlaw.Expired, "has expired: it was good until 2020-02-01"),
        (CertificateFlaw.NotYetValid, "not valid yet: it is good from 2090-01-01"), (CertificateFlaw.SelfSigned, "signed by itself"),
        (CertificateFlaw.OtherAuthority, "was signed by Ecocentre test other, and not signed by"),
    ];

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Database_with_a_certificate_of_our_authority_is_written_to()
    {
        var certificates = await Certificates.MakeAsync(_scratch);
        await using var influxd = await Influxd.StartAsync(new InfluxdSetup { Certificate = await certificates.ServerAsync(CertificateFlaw.None) }, "there");
        var result = await WriteAsync(influxd.Uri, certificates.Authority);
        Assert.Equal((WriteOutcome.Written, null), (result.Outcome, result.Reason));
        Assert.Single(await influxd.RowsAsync("there", "SELECT seq FROM window"));
    }

    [Fact]
    public async Task Database_whose_certificate_has_one_thing_wrong_is_refused_and_the_words_say_which()
    {
        var certificates = await Certificates.MakeAsync(_scratch);
        foreach (var (flaw, words) in Flaws)
        {
            await using var influxd = await Influxd.StartAsync(new InfluxdSetup { Certificate = await certificates.ServerAsync(flaw) }, "there");
            var result = await WriteAsync(influxd.Uri, certificates.Authority);
            Assert.NotEqual(WriteOutcome.Written, result.Outcome);
            OnlySays(words, result.Reason);
            Assert.Empty(await influxd.RowsAsync("there", "SELECT seq FROM window"));
        }
    }

    [Fact]
    public async Task Webhook_whose_certificate_has_one_thing_wrong_is_refused_and_the_words_say_which()
    {
        var certificates = await Certificates.MakeAsync(_scratch);
        foreach (var (flaw, words) in Flaws.Append((CertificateFlaw.None, "")))
        {
            await using var target = TlsTarget.Start(await certificates.ServerAsync(flaw));
            var (answer, said) = await PostAsync(target.Uri, certificates.Authority);
            Assert.Equal(flaw == CertificateFlaw.None ? (WebhookAnswer.Taken, 1) : (WebhookAnswer.Later, 0), (answer, target.Taken));
            if (flaw != CertificateFlaw.None) OnlySays(words, said);
        }
    }

    [Fact]
    public async Task Authority_that_the_system_does_not_trust_is_refused_without_being_named()
    {
        var certificates = await Certificates.MakeAsync(_scratch);
        await using var target = TlsTarget.Start((certificates.Server, certificates.ServerKey));
        var (answer, said) = await PostAsync(target.Uri, null);
        Assert.Equal((WebhookAnswer.Later, 0), (answer, target.Taken));
        OnlySays("was signed by Ecocentre test ca, and not signed by an authority this system trusts. Name its authority's PEM file with \"ca\".", said);
    }

    [Fact]
    public async Task Authority_file_is_read_again_at_each_connection_and_its_trouble_is_told()
    {
        var certificates = await Certificates.MakeAsync(_scratch);
        await using var target = TlsTarget.Start((certificates.Server, certificates.ServerKey));
        var file = _scratch.File("renewed.pem");
        using var connection = Connection(target.Uri, file);
        async Task<(WebhookAnswer, string?)> PostAgainAsync()
        {
            var (answer, words, _) = await connection.PostAsync(Batch, CancellationToken.None);
            return (answer, words);
        }

        OnlySays("renewed.pem", (await PostAgainAsync()).Item2);
        File.Copy(certificates.OtherAuthority, file);
        OnlySays("not signed by", (await PostAgainAsync()).Item2);
        File.Copy(certificates.Authority, file, overwrite: true);
        Assert.Equal((WebhookAnswer.Taken, null), await PostAgainAsync());
    }

    [Fact]
    public void Authority_of_an_address_in_the_clear_is_a_mistake()
    {
        var influx = new InfluxOptions { Url = new Uri("http://db:8086"), Database = "d", AuthorityFile = "ca.pem" };
        Assert.Equal("$.influx.ca", Assert.Single(influx.Check("site.json", "$.influx")).Path);
        var webhook = Options(new Uri("http://127.0.0.1/"), "ca.pem");
        Assert.Equal("$.webhooks[0].ca", Assert.Single(webhook.Check("site.json", "$.webhooks[0]")).Path);
    }

    private static WebhookBatch Batch => new("msg_1", "{}"u8.ToArray(), 1, null!);

    private static WebhookOptions Options(Uri url, string? authority) => new()
    {
        Name = "booking", Url = url, Secret = "0123456789012345678901234567890123456789", Topics = WebhookTopics.Desks, AuthorityFile = authority,
        Timeout = TimeSpan.FromSeconds(30),
    };

    private static WebhookConnection Connection(Uri url, string? authority) =>
        new(Options(url, authority), TimeProvider.System, () => Instant.From(TimeProvider.System.GetUtcNow()));

    private static async Task<(WebhookAnswer Answer, string? Words)> PostAsync(Uri url, string? authority)
    {
        using var connection = Connection(url, authority);
        var (answer, words, _) = await connection.PostAsync(Batch, CancellationToken.None);
        return (answer, words);
    }

    private static async Task<WriteResult> WriteAsync(Uri url, string? authority)
    {
        var options = new InfluxOptions { Url = url, Database = "there", AuthorityFile = authority, Timeout = TimeSpan.FromSeconds(30) };
        Assert.Empty(options.Check("site.json", "$.influx"));
        using var writer = new InfluxWriter(options, TimeProvider.System);
        return await writer.WriteAsync(Encoding.UTF8.GetBytes("window,centre=c seq=1i 1795287600000000000\n"), CancellationToken.None);
    }

    private static void OnlySays(string words, string? said)
    {
        Assert.NotNull(said);
        Assert.Contains(words, said);
        foreach (var other in new[] { "not for", "has expired", "not valid yet", "signed by itself", "refused" }.Where(other => !words.Contains(other)))
            Assert.DoesNotContain(other, said);
    }
}
