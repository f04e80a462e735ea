using System.Text.Json;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>What the retained <c>status</c> message says of a centre's gateway.</summary>
/// <param name="Since">When this run of the gateway began.</param>
/// <param name="Version">Of the gateway.</param>
/// <param name="Label">The label the centre works for, or null.</param>
/// <param name="Head">Sequence of the newest entry of its log.</param>
/// <param name="Trouble">What keeps it from recording, in words, or null.</param>
public sealed record CentreStatus(Instant Since, string Version, string? Label, long Head, string? Trouble = null)
{
    /// <summary><c>{"online":true,"since":ms,"version":…,"label":…,"head":N}</c>, with <c>trouble</c> where there is some.</summary>
    public MqttMessage ToMessage(Topics topics, bool online)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("online", online);
            json.WriteNumber("since", Since.UnixMilliseconds);
            json.WriteString("version", Version);
            json.WriteString("label", Label);
            json.WriteNumber("head", Head);
            if (Trouble is not null) json.WriteString("trouble", Trouble);
            json.WriteEndObject();
        }
        return new MqttMessage(topics.Status, stream.ToArray(), Retain: true);
    }
}
