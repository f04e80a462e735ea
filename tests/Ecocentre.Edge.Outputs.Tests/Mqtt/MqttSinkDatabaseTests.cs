using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

/// <inheritdoc/>
public sealed class MqttSinkDatabaseTests() : MqttSinkDeliveryContract(MqttAcknowledge.Database);
