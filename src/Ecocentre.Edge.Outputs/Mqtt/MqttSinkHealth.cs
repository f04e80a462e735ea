namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>What the MQTT sink has sent and heard since it was made.</summary>
/// <param name="MessagesSent">Messages of the log acknowledged by the broker, repeated ones included.</param>
/// <param name="BytesSent">Their payloads.</param>
/// <param name="Acknowledged">Acknowledgements that said something new.</param>
/// <param name="AcknowledgedBefore">Acknowledgements of what was not awaited: repeated, late, or of another run of the gateway.</param>
/// <param name="Replays">Replay requests passed on.</param>
/// <param name="Malformed">Messages on our topics that nobody understands, or that the broker kept from before.</param>
public readonly record struct MqttSinkHealth(
    long MessagesSent, long BytesSent, long Acknowledged, long AcknowledgedBefore, long Replays, long Malformed);
