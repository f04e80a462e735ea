using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.HomeAssistant;

/// <summary>Makes a centre's announcements: one for the gateway, one for each of its devices, and where the site wants it one for the desks of each space.
/// Entities read the retained topics that are there anyway; nothing else is published for them.</summary>
/// <remarks>What watches a single desk is private and never announced.</remarks>
/// <param name="centre">Name for people.</param>
/// <param name="version">Of the gateway.</param>
internal sealed class Announcements(Topics topics, string centre, string version)
{
    // MQTT sensors take "None" for "not known" (mqtt/const.py, PAYLOAD_NONE), and that is what a template's none becomes.
    private const string Number = "{{ value_json.v if value_json.v is number and value_json.q in ['good', 'questionable'] else none }}";
    private const string OnOff = "{{ ('ON' if value_json.v > 0 else 'OFF') if value_json.v is number and value_json.q in ['good', 'questionable'] else none }}";
    private const string DeskTaken = "{{ {'occupied': 'ON', 'held': 'ON', 'free': 'OFF'}.get(value_json.state) }}";
    private const string Online = "{{ 'online' if value_json.online else 'offline' }}";

    private static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public ImmutableArray<Announcement> Make(
        ImmutableArray<Point> points, ImmutableArray<Space> spaces, ImmutableArray<Desk> desks, ImmutableArray<Instrument> instruments)
    {
        var names = spaces.DistinctBy(space => space.Id).ToDictionary(space => space.Id, space => space.Name, StringComparer.Ordinal);
        var instrument = instruments.DistinctBy(one => one.Device).ToDictionary(one => one.Device, StringComparer.Ordinal);
        var list = ImmutableArray.CreateBuilder<Announcement>();
        list.Add(Gateway());
        foreach (var device in points.Where(point => !point.Private).GroupBy(point => point.Device, StringComparer.Ordinal))
            list.Add(Of(device.Key, [.. device], names, instrument.GetValueOrDefault(device.Key)));
        foreach (var space in desks.GroupBy(desk => desk.Space, StringComparer.Ordinal)) list.Add(OfDesks(space.Key, space, names));
        return list.ToImmutable();
    }

    private Announcement Gateway()
    {
        var id = DiscoveryId.Gateway(topics.Centre);
        var components = ImmutableSortedDictionary.CreateBuilder<string, AnnouncedComponent>(StringComparer.Ordinal);
        Add(components, EntityKind.BinarySensor, "online", json =>
        {
            json.WriteString("name", "Online");
            json.WriteString("device_class", "connectivity");
            json.WriteString("entity_category", "diagnostic");
            json.WriteString("state_topic", topics.Status);
            json.WriteString("value_template", "{{ 'ON' if value_json.online else 'OFF' }}");
        });
        Add(components, EntityKind.BinarySensor, "trouble", json =>
        {
            json.WriteString("name", "Trouble");
            json.WriteString("device_class", "problem");
            json.WriteString("entity_category", "diagnostic");
            json.WriteString("state_topic", topics.Status);
            json.WriteString("value_template", "{{ 'ON' if value_json.trouble is defined else 'OFF' }}");
        });
        // Whether it is there is what it tells: it is never unavailable itself.
        return new Announcement(id, Head(id, centre, isGateway: true, area: null, instrument: null), components.ToImmutable());
    }

    private Announcement Of(string device, ImmutableArray<Point> points, Dictionary<string, string> spaces, Instrument? instrument)
    {
        var components = ImmutableSortedDictionary.CreateBuilder<string, AnnouncedComponent>(StringComparer.Ordinal);
        var places = points.Select(point => point.Place).Distinct().ToArray();
        var area = places is [{ } only] ? spaces.GetValueOrDefault(only, only) : null;
        var kinds = points.Select(point => EntityKind.Of(point.Quantity)).ToArray();
        foreach (var (point, kind) in points.Zip(kinds))
        {
            var name = kind.Name;
            // Several of the same quantity: what their own names say beyond the device's.
            if (kinds.Count(other => other.Name == name) > 1)
                name = point.Name.StartsWith(device + ".", StringComparison.Ordinal) ? point.Name[(device.Length + 1)..] : point.Name;
            if (area is null && point.Place is { } place) name = $"{spaces.GetValueOrDefault(place, place)} {name}";
            Add(components, kind.Platform, point.Name, json =>
            {
                json.WriteString("name", name);
                if (kind.Class is not null) json.WriteString("device_class", kind.Class);
                if (kind.StateClass is not null) json.WriteString("state_class", kind.StateClass);
                if (kind.Unit is not null) json.WriteString("unit_of_measurement", kind.Unit);
                if (kind.IsDiagnostic) json.WriteString("entity_category", "diagnostic");
                json.WriteString("state_topic", topics.Point(point.Name));
                json.WriteString("value_template", kind.Platform == EntityKind.BinarySensor ? OnOff : Number);
            });
        }
        var id = DiscoveryId.Device(topics.Centre, device);
        return new Announcement(id, Head(id, device, isGateway: false, area, instrument), components.ToImmutable());
    }

    private Announcement OfDesks(string space, IEnumerable<Desk> desks, Dictionary<string, string> spaces)
    {
        var components = ImmutableSortedDictionary.CreateBuilder<string, AnnouncedComponent>(StringComparer.Ordinal);
        foreach (var desk in desks)
            Add(components, EntityKind.BinarySensor, "desk/" + desk.Id, json =>
            {
                json.WriteString("name", desk.Ref);
                json.WriteString("device_class", "occupancy");
                json.WriteString("state_topic", topics.Desk(desk.Id));
                json.WriteString("value_template", DeskTaken);
            });
        var id = DiscoveryId.Desks(topics.Centre, space);
        var name = spaces.GetValueOrDefault(space, space);
        return new Announcement(id, Head(id, $"Desks {name}", isGateway: false, name, instrument: null), components.ToImmutable());
    }

    private void Add(
        ImmutableSortedDictionary<string, AnnouncedComponent>.Builder components, string platform, string name, Action<Utf8JsonWriter> write)
    {
        // With the platform in it, what changes from a sensor into a binary sensor is another component, and the old one is removed.
        var key = $"{platform}_{DiscoveryId.Safe(name)}";
        components[key] = new AnnouncedComponent(platform, Text(json =>
        {
            json.WriteString("platform", platform);
            json.WriteString("unique_id", $"{DiscoveryId.Gateway(topics.Centre)}_{key}");
            write(json);
        }));
    }

    private string Head(string id, string name, bool isGateway, string? area, Instrument? instrument)
    {
        var whole = Text(json =>
        {
            json.WriteStartObject("device");
            json.WriteStartArray("identifiers");
            json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteString("name", name);
            if (isGateway)
            {
                json.WriteString("manufacturer", "Ecocentre.Edge");
                json.WriteString("sw_version", version);
            }
            else json.WriteString("via_device", DiscoveryId.Gateway(topics.Centre));
            if (instrument?.Maker is { } maker) json.WriteString("manufacturer", maker);
            if (instrument?.Type is { } type) json.WriteString("model", type);
            if (instrument?.Serial is { } serial) json.WriteString("serial_number", serial);
            if (area is not null) json.WriteString("suggested_area", area);
            json.WriteEndObject();
            json.WriteStartObject("origin");
            json.WriteString("name", "Ecocentre.Edge");
            json.WriteString("sw_version", version);
            json.WriteEndObject();
            if (!isGateway)
            {
                json.WriteStartArray("availability");
                json.WriteStartObject();
                json.WriteString("topic", topics.Status);
                json.WriteString("value_template", Online);
                json.WriteEndObject();
                json.WriteEndArray();
            }
            // At least once: a change that is lost would stand wrong until the next.
            json.WriteNumber("qos", 1);
        });
        return whole[1..^1];
    }

    private static string Text(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Writer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
