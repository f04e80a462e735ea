namespace Ecocentre.Edge.IotPackages.Mqtt;

/// <summary>A certificate or key cannot be used; the message names the file.</summary>
internal sealed class MqttFileException(string message) : Exception(message);
