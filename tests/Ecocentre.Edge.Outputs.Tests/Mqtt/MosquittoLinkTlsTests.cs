using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

/// <summary>The link on libmosquitto keeps the contract of TLS.</summary>
public sealed class MosquittoLinkTlsTests : MqttLinkTlsContract
{
    protected override MqttLink Make(MqttOptions options, MqttMessage? will = null) => new MosquittoLink(options, will, TimeProvider.System, new Random(1));
}
