using Ecocentre.Edge.IotPackages.Mqtt;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Mqtt;

namespace Ecocentre.Edge.IotPackages.Tests.Mqtt;

/// <summary>The link on MQTTnet keeps the contract of the default.</summary>
public sealed class MqttNetLinkTests : MqttLinkContract
{
    protected override MqttLink Make(MqttOptions options, MqttMessage? will = null) => new MqttNetLink(options, will, TimeProvider.System, new Random(1));
}
