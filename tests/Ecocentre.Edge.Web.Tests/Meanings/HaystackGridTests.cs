using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Web.Meanings;

namespace Ecocentre.Edge.Web.Tests.Meanings;

public sealed class HaystackGridTests
{
    private static readonly HaystackGrid Grid = new(new CentrePlant(ShownPlant.View()));

    [Fact]
    public void Json_is_a_grid_of_entities_with_their_markers()
    {
        using var document = Json();
        var rows = document.RootElement.GetProperty("rows").EnumerateArray().ToDictionary(row => row.GetProperty("id").GetProperty("val").GetString()!);
        Assert.Equal("grid", document.RootElement.GetProperty("_kind").GetString());
        Assert.Equal("3.0", document.RootElement.GetProperty("meta").GetProperty("ver").GetString());
        var columns = document.RootElement.GetProperty("cols").EnumerateArray().Select(column => column.GetProperty("name").GetString()!).ToHashSet();
        foreach (var row in rows.Values)
            foreach (var cell in row.EnumerateObject())
            {
                Assert.Contains(cell.Name, columns);
                Assert.Matches("^[a-z][a-zA-Z0-9_]*$", cell.Name);
                if (cell.Name.EndsWith("Ref", StringComparison.Ordinal)) Assert.Contains(cell.Value.GetProperty("val").GetString()!, rows.Keys);
            }
        // docHaystack, "Refs": letters, digits and _ : - . ~
        Assert.All(rows.Keys, id => Assert.Matches("^[a-zA-Z0-9_:.~-]+$", id));
        Assert.Equal(["ac", "active", "cur", "elec", "his", "point", "power", "sensor"], Markers(rows["lyon-1:point:main.power.active"]));
        Assert.Equal("L2", rows["lyon-1:point:main.power.active.l2"].GetProperty("phasePower").GetString());
        Assert.Equal("L1-L2", rows["lyon-1:point:main.voltage.l1-l2"].GetProperty("lineVolt").GetString());
        Assert.Equal(["ac", "elec", "equip", "meter", "siteMeter"], Markers(rows["lyon-1:device:main"]));
        Assert.Equal("lyon-1:device:main", rows["lyon-1:point:main.power.active"].GetProperty("equipRef").GetProperty("val").GetString());
        Assert.Contains("outside", Markers(rows["lyon-1:point:roof.temperature"]));
        Assert.Contains("ecoUnmapped", Markers(rows["lyon-1:point:air-1.nox.index"]));
        Assert.Equal("Paris", rows["lyon-1"].GetProperty("tz").GetString());
        Assert.DoesNotContain(rows.Keys, id => id.Contains("pir-d01", StringComparison.Ordinal));
        Assert.False(rows["lyon-1:point:open.people"].TryGetProperty("equipRef", out _));
    }

    [Fact]
    public void Zinc_says_the_same_as_JSON()
    {
        var lines = Grid.ToZinc().Split('\n');
        Assert.Equal("ver:\"3.0\"", lines[0]);
        var columns = lines[1].Split(',');
        using var document = Json();
        var rows = document.RootElement.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal("", lines[^1]);
        Assert.Equal(rows.Length, lines.Length - 3);
        foreach (var (row, line) in rows.Zip(lines[2..^1]))
        {
            var cells = Cells(line);
            Assert.Equal(columns.Length, cells.Count);
            foreach (var (column, cell) in columns.Zip(cells))
                Assert.Equal(row.TryGetProperty(column, out var value) ? Said(value) : "", cell);
        }
    }

    private static JsonDocument Json()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) Grid.Write(json);
        return JsonDocument.Parse(stream.ToArray());
    }

    private static string[] Markers(JsonElement row) =>
        [.. row.EnumerateObject().Where(cell => cell.Value.ValueKind == JsonValueKind.Object && cell.Value.GetProperty("_kind").GetString() == "marker")
            .Select(cell => cell.Name).Order(StringComparer.Ordinal)];

    private static string Said(JsonElement value) => value.ValueKind == JsonValueKind.String ? "s" + value.GetString() : value.GetProperty("_kind").GetString() switch
    {
        "marker" => "M", "ref" => "@" + value.GetProperty("val").GetString(), _ => value.GetProperty("val").GetRawText() + value.GetProperty("unit").GetString(),
    };

    /// <summary>The cells of a line, read by the grammar: texts as s and their content.</summary>
    private static List<string> Cells(string line)
    {
        var cells = new List<string> { "" };
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == ',')
            {
                cells.Add("");
                continue;
            }
            if (line[at] != '"')
            {
                cells[^1] += line[at];
                continue;
            }
            var text = new StringBuilder("s");
            for (at++; line[at] != '"'; at++)
                if (line[at] != '\\') text.Append(line[at]);
                else
                {
                    at++;
                    Assert.Contains(line[at], "bfnrt\"\\$u");
                    text.Append(line[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
                }
            cells[^1] += text;
        }
        return cells;
    }
}
