namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>One MQTT application message, going out or coming in.</summary>
/// <param name="Payload">Owned by the message; an incoming one's memory is its own copy.</param>
/// <param name="UserProperties">MQTT 5 user properties in order, or null for none.</param>
public sealed record MqttMessage(
    string Topic, ReadOnlyMemory<byte> Payload, bool Retain = false, IReadOnlyList<KeyValuePair<string, string>>? UserProperties = null)
{
    /// <summary>Going out: at QoS 0, so that nobody answers for it; taken when it is handed to the connection.</summary>
    public bool AtMostOnce { get; init; }

    /// <summary>Going out: the number of the one connection on which it may be sent, or null for any.</summary>
    public long? Connection { get; init; }

    /// <summary>Value of the first user property of that name, or null.</summary>
    public string? Property(string name)
    {
        foreach (var property in UserProperties ?? [])
            if (property.Key == name) return property.Value;
        return null;
    }
}
