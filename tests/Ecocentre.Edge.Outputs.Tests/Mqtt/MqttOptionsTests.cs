using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class MqttOptionsTests
{
    private static readonly MqttOptions Good = new() { Broker = new Uri("mqtt://broker"), ClientId = "lyon-1" };

    [Theory]
    [InlineData("mqtt://broker", 1883, false)]
    [InlineData("mqtts://broker", 8883, true)]
    [InlineData("mqtt://[::1]:77", 77, false)]
    public void The_port_follows_from_the_address(string broker, int port, bool tls)
    {
        var options = Good with { Broker = new Uri(broker) };
        Assert.Equal((port, tls), (options.Port, options.Tls));
        Assert.Empty(options.Check("site.json", "$.mqtt"));
    }

    [Fact]
    public void Every_mistake_is_listed_at_once_with_its_place()
    {
        using var scratch = new Scratch();
        var key = scratch.Write("key.pem", "");
        var mistakes = new MqttOptions
        {
            Broker = new Uri("mqtts://user@broker/path"), ClientId = "", Password = "secret", KeyFile = key, AuthorityFile = scratch.File("gone.pem"),
            KeepAlive = TimeSpan.FromSeconds(1), AcknowledgeTimeout = TimeSpan.Zero, BatchBytesMax = 1 << 30, InFlightMax = 0,
            LivePeriod = TimeSpan.Zero, LivePerSecondMax = 0,
        }.Check("site.json", "$.mqtt");
        Assert.Equal(
            ["$.mqtt.broker", "$.mqtt.broker", "$.mqtt.clientId", "$.mqtt.user", "$.mqtt.ca", "$.mqtt.certificate", "$.mqtt.keepAlive",
                "$.mqtt.acknowledgeTimeout", "$.mqtt.batchBytes", "$.mqtt.inFlight", "$.mqtt.live", "$.mqtt.livePerSecond"],
            mistakes.Select(mistake => mistake.Path));
        Assert.All(mistakes, mistake => Assert.False(string.IsNullOrWhiteSpace(mistake.Remedy)));
        Assert.DoesNotContain("secret", string.Concat(mistakes));
    }

    [Theory]
    [InlineData("http://broker")]
    [InlineData("broker:1883")]
    [InlineData("broker")]
    public void An_address_that_is_none_is_a_mistake(string broker) =>
        Assert.Equal("$.broker", Assert.Single((Good with { Broker = new Uri(broker, UriKind.RelativeOrAbsolute) }).Check("f", "$")).Path);

    [Fact]
    public void Files_for_tls_without_tls_are_mistakes() =>
        Assert.Equal(["$.ca", "$.certificate", "$.key"], (Good with { AuthorityFile = "a", CertificateFile = "b", KeyFile = "c" }).Check("f", "$")
            .Select(m => m.Path));

    [Fact]
    public void The_password_is_not_in_its_text() =>
        Assert.Equal("mqtt://broker:1883 as lyon-1", (Good with { User = "u", Password = "secret" }).ToString());
}
