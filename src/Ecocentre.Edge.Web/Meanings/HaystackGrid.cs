using System.Globalization;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Web.Meanings;

/// <summary>A centre in the words of Project Haystack 4.0: one entity a row, as JSON (docHaystack, "Json", version 4) or as Zinc ("Zinc").</summary>
/// <remarks>Refs are made of the centre's id and ours and stay the same over the years.</remarks>
internal sealed class HaystackGrid
{
    private readonly List<Dictionary<string, HaystackValue>> _rows = [];
    private readonly string _centre;

    public HaystackGrid(CentrePlant plant)
    {
        _centre = plant.View.Centre;
        var site = Entity(_centre, plant.View.Name, "site");
        // Haystack's zones are the last part of the IANA name.
        site["tz"] = HaystackValue.Text(plant.View.Zone[(plant.View.Zone.LastIndexOf('/') + 1)..]);
        var areas = plant.View.Spaces.Select(space => space.AreaSquareMetres ?? 0).Sum();
        if (areas > 0) site["area"] = HaystackValue.Number(areas, "m²");
        foreach (var storey in plant.Storeys)
            Entity(Ref("storey", storey), storey, "space", "floor")["siteRef"] = HaystackValue.Ref(_centre);
        foreach (var space in plant.View.Spaces)
        {
            var row = Entity(Ref("space", space.Id), space.Name, "space", "room");
            row["siteRef"] = HaystackValue.Ref(_centre);
            if (space.Storey is { } storey) row["spaceRef"] = HaystackValue.Ref(Ref("storey", storey));
            if (space.AreaSquareMetres is { } area) row["area"] = HaystackValue.Number(area, "m²");
        }
        foreach (var equipment in plant.Equipment) Add(equipment);
        foreach (var point in plant.Points) Add(point, plant.View.Zone);
    }

    /// <summary>As JSON.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("_kind", "grid");
        json.WriteStartObject("meta");
        json.WriteString("ver", "3.0");
        json.WriteEndObject();
        json.WriteStartArray("cols");
        foreach (var column in Columns())
        {
            json.WriteStartObject();
            json.WriteString("name", column);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (var row in _rows)
        {
            json.WriteStartObject();
            foreach (var (name, value) in row)
            {
                json.WritePropertyName(name);
                value.Write(json);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>As Zinc.</summary>
    public string ToZinc()
    {
        var columns = Columns();
        var text = new StringBuilder("ver:\"3.0\"\n").AppendJoin(',', columns).Append('\n');
        foreach (var row in _rows)
            text.AppendJoin(',', columns.Select(column => row.TryGetValue(column, out var value) ? value.ToZinc() : "")).Append('\n');
        return text.ToString();
    }

    private string[] Columns() => [.. _rows.SelectMany(row => row.Keys).Distinct(StringComparer.Ordinal)];

    private void Add(PlantEquipment equipment)
    {
        var row = Entity(Ref("device", equipment.Name), equipment.Name, "equip");
        row["siteRef"] = HaystackValue.Ref(_centre);
        if (equipment.Space is { } space) row["spaceRef"] = HaystackValue.Ref(Ref("space", space));
        if (equipment.IsElectric)
        {
            Mark(row, "ac", "elec", "meter");
            Mark(row, equipment.IsMain ? "siteMeter" : "submeter");
        }
        else if (equipment.IsWater) Mark(row, "water", "flow", "meter");
    }

    private void Add(PlantPoint point, string zone)
    {
        var row = Entity(Ref("point", point.Point.Name), point.Point.Name, "point", "sensor", "cur", "his");
        row["siteRef"] = HaystackValue.Ref(_centre);
        if (!point.Point.Derived) row["equipRef"] = HaystackValue.Ref(Ref("device", point.Point.Device));
        if (point.Space is { } space) row["spaceRef"] = HaystackValue.Ref(Ref("space", space));
        row["kind"] = HaystackValue.Text(point.Point.Quantity.Kind == PointKind.State ? "Bool" : "Number");
        row["tz"] = HaystackValue.Text(zone[(zone.LastIndexOf('/') + 1)..]);
        if (point.Point.Quantity.Kind != PointKind.State && point.Meaning.Symbol is { } symbol) row["unit"] = HaystackValue.Text(symbol);
        Mark(row, point.Meaning.Haystack);
        if (point.Meaning.Haystack.Contains("air") && point.IsOutdoor) Mark(row, "outside");
        if (point.Meaning.Phase is { } phase) row[phase.Key] = HaystackValue.Text(phase.Value);
        row["ecoQuantity"] = HaystackValue.Text(point.Point.Quantity.Name);
        if (!point.Meaning.IsExact) Mark(row, "ecoUnmapped");
    }

    private Dictionary<string, HaystackValue> Entity(string id, string name, params string[] markers)
    {
        var row = new Dictionary<string, HaystackValue>(StringComparer.Ordinal)
        {
            ["id"] = HaystackValue.Ref(id), ["dis"] = HaystackValue.Text(name),
        };
        Mark(row, markers);
        _rows.Add(row);
        return row;
    }

    private static void Mark(Dictionary<string, HaystackValue> row, params string[] markers)
    {
        foreach (var marker in markers) row[marker] = HaystackValue.Marker;
    }

    private string Ref(string kind, string name) => $"{_centre}:{kind}:{Safe(name)}";

    /// <summary>Refs hold letters, digits and <c>_ : - . ~</c>; everything else stands as <c>~</c> and the two hexadecimal digits of each byte.</summary>
    private static string Safe(string name)
    {
        var safe = new StringBuilder(name.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(name))
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_') safe.Append((char)octet);
            else safe.Append(CultureInfo.InvariantCulture, $"~{octet:x2}");
        return safe.ToString();
    }
}
