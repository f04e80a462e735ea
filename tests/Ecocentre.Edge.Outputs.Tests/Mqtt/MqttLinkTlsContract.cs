using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

/// <summary>How every MQTT link behaves with TLS: an authority of our own, client certificates, and each mistake told in words.</summary>
public abstract class MqttLinkTlsContract
{
    protected abstract MqttLink Make(MqttOptions options, MqttMessage? will = null);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Our_own_authority_is_enough(string host)
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true });
        await using var link = await Make(Options(broker) with { Broker = new Uri($"mqtts://{host}:{broker.Port}") }).ConnectedAsync("t");
        var payload = new byte[MqttOptions.PayloadBytesMax];
        new Random(1).NextBytes(payload);
        var told = Enumerable.Range(0, 20).Select(_ => link.TellAsync(new MqttMessage("t", payload))).ToArray();
        for (var i = 0; i < told.Length; i++) Assert.Equal(payload, (await link.NextAsync()).Payload.ToArray());
        Assert.All(await Task.WhenAll(told), Assert.Null);
    }

    [Fact]
    public async Task A_client_certificate_is_shown()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true, ClientCertificateRequired = true });
        var options = Options(broker) with { CertificateFile = broker.Certificates!.Client, KeyFile = broker.Certificates.ClientKey };
        await using var link = await Make(options).ConnectedAsync();
        Assert.Null(await link.TellAsync(Message("t")));
    }

    [Fact]
    public async Task A_missing_client_certificate_is_told_in_words()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true, ClientCertificateRequired = true });
        await using var link = Make(Options(broker));
        link.Start();
        await link.UntilTroubleAsync("client certificate");
        Assert.False(link.IsConnected);
    }

    [Fact]
    public async Task A_broker_signed_by_somebody_else_is_refused()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true });
        foreach (var authority in new[] { broker.Certificates!.OtherAuthority, null })
        {
            await using var link = Make(Options(broker) with { AuthorityFile = authority });
            link.Start();
            await link.UntilTroubleAsync("not signed by");
            Assert.False(link.IsConnected);
        }
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true });
        // The certificate names 127.0.0.1 and localhost.
        await using var relay = new TcpRelay(broker.Port, System.Net.IPAddress.Parse("127.0.0.2"));
        await using var link = Make(Options(broker) with { Broker = new Uri($"mqtts://127.0.0.2:{relay.Port}") });
        link.Start();
        await link.UntilTroubleAsync("not for 127.0.0.2");
        Assert.False(link.IsConnected);
    }

    [Theory]
    [InlineData(CertificateFlaw.OtherHost, "not for 127.0.0.1")]
    [InlineData(CertificateFlaw.Expired, "has expired")]
    [InlineData(CertificateFlaw.NotYetValid, "not valid yet")]
    [InlineData(CertificateFlaw.SelfSigned, "signed by itself")]
    [InlineData(CertificateFlaw.OtherAuthority, "not signed by")]
    public async Task A_certificate_with_one_thing_wrong_is_refused_and_the_words_say_which(CertificateFlaw flaw, string words)
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true, Flaw = flaw });
        await using var link = Make(Options(broker));
        link.Start();
        await link.UntilTroubleAsync(words);
        Assert.False(link.IsConnected);
        // Only what is wrong is said.
        foreach (var other in new[] { "not for", "has expired", "not valid yet", "signed by itself" }.Where(other => !words.Contains(other)))
            Assert.DoesNotContain(other, link.Trouble);
    }

    [Fact]
    public async Task Files_that_are_not_what_they_should_be_are_told_in_words()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true });
        using var scratch = new Scratch();
        var nonsense = scratch.Write("nonsense.pem", "nonsense\n");
        var good = broker.Certificates!;
        foreach (var (options, words) in new[]
        {
            (Options(broker) with { AuthorityFile = scratch.File("gone.pem") }, "gone.pem"),
            (Options(broker) with { AuthorityFile = nonsense }, "nonsense.pem"),
            (Options(broker) with { CertificateFile = nonsense, KeyFile = good.ClientKey }, "nonsense.pem"),
            (Options(broker) with { CertificateFile = good.Client, KeyFile = nonsense }, "nonsense.pem"),
            (Options(broker) with { CertificateFile = good.Client, KeyFile = good.ServerKey }, "do not belong together"),
        })
        {
            await using var link = Make(options);
            link.Start();
            await link.UntilTroubleAsync(words);
            Assert.False(link.IsConnected);
        }
    }

    [Fact]
    public async Task Tls_on_one_side_only_is_told_in_words()
    {
        await using var plain = await Mosquitto.StartAsync();
        await using var expectsTls = Make(Options(plain) with { Broker = new Uri($"mqtts://127.0.0.1:{plain.Port}"),
            ConnectTimeout = TimeSpan.FromSeconds(5) });
        expectsTls.Start();
        await expectsTls.UntilTroubleAsync("TLS");

        await using var secure = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true });
        await using var speaksPlain = Make(Options(new Uri($"mqtt://127.0.0.1:{secure.Port}")) with { ConnectTimeout = TimeSpan.FromSeconds(5) });
        speaksPlain.Start();
        await speaksPlain.UntilTroubleAsync("connection");
        Assert.False(speaksPlain.IsConnected);
    }

    [Fact]
    public async Task A_broker_not_there_is_told_in_words_and_found_when_it_comes()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true });
        await using var link = await Make(Options(broker)).ConnectedAsync();
        broker.Kill();
        await link.UntilTroubleAsync("refused");
        await broker.RestartAsync();
        await link.WaitForConnectionAsync(1, CancellationToken.None).WaitAsync(Deadline);
        Assert.Null(await link.TellAsync(Message("t")));
    }

    [Fact]
    public async Task A_broker_frozen_before_TLS_is_agreed_is_given_up_and_found_again()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Tls = true });
        broker.Freeze();
        await using var link = Make(Options(broker) with { ConnectTimeout = TimeSpan.FromSeconds(1) });
        link.Start();
        await link.UntilTroubleAsync("no answer");
        broker.Thaw();
        await link.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);
    }
}
