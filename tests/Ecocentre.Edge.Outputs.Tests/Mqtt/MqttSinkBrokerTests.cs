using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

/// <inheritdoc/>
public sealed class MqttSinkBrokerTests() : MqttSinkDeliveryContract(MqttAcknowledge.Broker);
