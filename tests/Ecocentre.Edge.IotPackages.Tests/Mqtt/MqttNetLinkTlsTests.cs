using Ecocentre.Edge.IotPackages.Mqtt;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Mqtt;

namespace Ecocentre.Edge.IotPackages.Tests.Mqtt;

/// <summary>The link on MQTTnet agrees on TLS as the default does.</summary>
public sealed class MqttNetLinkTlsTests : MqttLinkTlsContract
{
    protected override MqttLink Make(MqttOptions options, MqttMessage? will = null) => new MqttNetLink(options, will, TimeProvider.System, new Random(1));
}
