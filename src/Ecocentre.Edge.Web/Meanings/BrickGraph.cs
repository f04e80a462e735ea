using System.Text.Json;

namespace Ecocentre.Edge.Web.Meanings;

/// <summary>A centre as Brick 1.4 and RealEstateCore 4 in JSON-LD 1.1: the building, its levels and rooms (classes of RealEstateCore, as Brick 1.4 wants
/// places), equipment and points (classes of Brick), units of QUDT.</summary>
/// <remarks>Ids are URNs made of the centre's id and ours, which stay the same over the years; no address is in them. What only we say is in the vocabulary
/// <c>urn:ecocentre:vocabulary:</c>: <c>quantity</c> (our dotted name), <c>obis</c>, <c>role</c>, and <c>unmapped</c> where Brick has no class that says
/// as much.</remarks>
internal static class BrickGraph
{
    private static readonly (string Prefix, string Namespace)[] Namespaces =
    [
        ("brick", "https://brickschema.org/schema/Brick#"), ("rec", "https://w3id.org/rec#"), ("ref", "https://brickschema.org/schema/Brick/ref#"),
        ("unit", "http://qudt.org/vocab/unit/"), ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"), ("sdo", "http://schema.org/"),
        ("eco", "urn:ecocentre:vocabulary:"),
    ];

    // Properties of which the value is another node.
    private static readonly string[] Links =
        ["brick:hasPoint", "brick:isPointOf", "brick:hasLocation", "brick:meters", "brick:feeds", "brick:hasUnit", "rec:isPartOf"];

    /// <summary>Id of the centre itself; the others begin with it.</summary>
    public static string Id(string centre) => $"urn:ecocentre:{centre}";

    /// <summary>Id of something in a centre.</summary>
    /// <param name="kind"><c>storey</c>, <c>space</c>, <c>device</c> or <c>point</c>.</param>
    public static string Id(string centre, string kind, string name) => $"{Id(centre)}:{kind}:{Uri.EscapeDataString(name)}";

    public static void Write(Utf8JsonWriter json, CentrePlant plant)
    {
        json.WriteStartObject();
        json.WriteStartObject("@context");
        foreach (var (prefix, name) in Namespaces) json.WriteString(prefix, name);
        foreach (var link in Links)
        {
            json.WriteStartObject(link);
            json.WriteString("@type", "@id");
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartArray("@graph");
        WritePlaces(json, plant);
        foreach (var equipment in plant.Equipment) Write(json, plant, equipment);
        foreach (var point in plant.Points) Write(json, plant, point);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePlaces(Utf8JsonWriter json, CentrePlant plant)
    {
        var centre = plant.View.Centre;
        Begin(json, Id(centre), "rec:Building", plant.View.Name);
        WriteLinks(json, "brick:hasPoint", plant.Points.Where(point => point.Point.Derived && point.Space is null)
            .Select(point => Id(centre, "point", point.Point.Name)));
        json.WriteString("eco:timeZone", plant.View.Zone);
        json.WriteEndObject();
        foreach (var storey in plant.Storeys)
        {
            Begin(json, Id(centre, "storey", storey), "rec:Level", storey);
            json.WriteString("rec:isPartOf", Id(centre));
            json.WriteEndObject();
        }
        foreach (var space in plant.View.Spaces)
        {
            Begin(json, Id(centre, "space", space.Id), "rec:Room", space.Name);
            json.WriteString("rec:isPartOf", space.Storey is { } storey ? Id(centre, "storey", storey) : Id(centre));
            if (space.AreaSquareMetres is { } area)
            {
                json.WriteStartObject("brick:netArea");
                json.WriteNumber("brick:value", area);
                json.WriteString("brick:hasUnit", "unit:M2");
                json.WriteEndObject();
            }
            WriteLinks(json, "brick:hasPoint", plant.Points.Where(point => point.Point.Derived && point.Space == space.Id)
                .Select(point => Id(centre, "point", point.Point.Name)));
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, CentrePlant plant, PlantEquipment equipment)
    {
        var centre = plant.View.Centre;
        Begin(json, Id(centre, "device", equipment.Name), "brick:" + equipment.Brick, equipment.Name);
        json.WriteString("brick:hasLocation", equipment.Space is { } space ? Id(centre, "space", space) : Id(centre));
        if (equipment is { IsElectric: true, IsMain: true } or { IsWater: true, IsMain: true }) json.WriteString("brick:meters", Id(centre));
        if (equipment is { IsElectric: true, IsMain: true } or { IsElectric: true, IsSource: true }) json.WriteString("brick:feeds", Id(centre));
        if (equipment.Instrument?.Maker is { } maker) json.WriteString("sdo:manufacturer", maker);
        if (equipment.Instrument?.Type is { } type) json.WriteString("sdo:model", type);
        if (equipment.Instrument?.Serial is { } serial) json.WriteString("sdo:serialNumber", serial);
        WriteLinks(json, "brick:hasPoint", equipment.Points.Select(point => Id(centre, "point", point.Point.Name)));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CentrePlant plant, PlantPoint point)
    {
        var (centre, name) = (plant.View.Centre, point.Point.Name);
        Begin(json, Id(centre, "point", name), "brick:" + point.Brick, name);
        var place = point.Space is { } space ? Id(centre, "space", space) : Id(centre);
        json.WriteString("brick:isPointOf", point.Point.Derived ? place : Id(centre, "device", point.Point.Device));
        if (!point.Point.Derived && !point.IsOutdoor) json.WriteString("brick:hasLocation", place);
        json.WriteString("brick:hasUnit", "unit:" + point.Meaning.Unit);
        json.WriteString("eco:quantity", point.Point.Quantity.Name);
        if (point.Point.Quantity.Obis is { } obis) json.WriteString("eco:obis", obis);
        if (point.Roles.Length > 0)
        {
            json.WriteStartArray("eco:role");
            foreach (var role in point.Roles) json.WriteStringValue(role);
            json.WriteEndArray();
        }
        if (!point.Meaning.IsExact) json.WriteBoolean("eco:unmapped", true);
        json.WriteStartObject("ref:hasExternalReference");
        json.WriteString("@type", "ref:TimeseriesReference");
        json.WriteString("ref:hasTimeseriesId", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, string id, string type, string label)
    {
        json.WriteStartObject();
        json.WriteString("@id", id);
        json.WriteString("@type", type);
        json.WriteString("rdfs:label", label);
    }

    private static void WriteLinks(Utf8JsonWriter json, string property, IEnumerable<string> ids)
    {
        var all = ids.ToArray();
        if (all.Length == 0) return;
        json.WriteStartArray(property);
        foreach (var id in all) json.WriteStringValue(id);
        json.WriteEndArray();
    }
}
