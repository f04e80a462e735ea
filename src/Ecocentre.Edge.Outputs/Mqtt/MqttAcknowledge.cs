namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Who must have an entry before the cursor of the MQTT sink moves on.</summary>
public enum MqttAcknowledge : byte
{
    /// <summary>The broker, by its PUBACK. What the broker forgets afterwards is lost to its subscribers, though not to the log.</summary>
    Broker,

    /// <summary>The database behind an ingest, by a message on the <c>ack</c> topic. What stays unacknowledged is sent again.</summary>
    Database,
}
