using System.Text.Json;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Occupancy;

/// <summary>A desk as everybody outside sees it, whichever way they ask: HTTP, streams, webhooks, MQTT topics. DESIGN part 11 is the contract.</summary>
public static class DeskJson
{
    /// <summary>The published word of a state.</summary>
    public static string Word(DeskState state) => state switch
    {
        DeskState.Free => "free",
        DeskState.Occupied => "occupied",
        DeskState.Held => "held",
        DeskState.Fault => "fault",
        _ => "unknown",
    };

    /// <summary>Writes <c>{"id","ref","space","state","since","observedAt","validUntil","confidence","sequence"}</c>, times in RFC 3339 UTC; a time
    /// that is not known (the epoch) is null.</summary>
    public static void Write(Utf8JsonWriter json, Desk desk, in DeskStatus status)
    {
        json.WriteStartObject();
        json.WriteString("id", desk.Id);
        json.WriteString("ref", desk.Ref);
        json.WriteString("space", desk.Space);
        json.WriteString("state", Word(status.State));
        WriteTime(json, "since", status.Since);
        WriteTime(json, "observedAt", status.ObservedAt);
        WriteTime(json, "validUntil", status.ValidUntil);
        // Hundredths: more digits would pretend to know more.
        json.WriteNumber("confidence", Math.Round(status.Confidence, 2));
        json.WriteNumber("sequence", status.Sequence);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, Instant at)
    {
        if (at == default) json.WriteNull(name);
        else json.WriteString(name, at.ToString());
    }
}
