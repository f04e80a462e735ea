namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>A wire said no in the middle of a conversation with a chip. Never leaves <see cref="Sensor"/>.</summary>
internal sealed class SensorFaultException(FaultKind kind, string text) : Exception(text)
{
    public Fault Fault { get; } = new(kind, text);
}
