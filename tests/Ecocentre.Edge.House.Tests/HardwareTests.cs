using System.Globalization;
using System.Text.Json;

namespace Ecocentre.Edge.House.Tests;

/// <summary>The wiring list and the parts list are those of the annotated site: who orders and wires by them can run it.</summary>
public sealed class HardwareTests
{
    // Line of the chip (BCM) → pin of the 40-pin header: Raspberry Pi 4 Model B datasheet, release 1, table 5 and the header's drawing.
    private static readonly Dictionary<int, int> PinOf = new()
    {
        [0] = 27, [1] = 28, [2] = 3, [3] = 5, [4] = 7, [5] = 29, [6] = 31, [7] = 26, [8] = 24, [9] = 21, [10] = 19, [11] = 23, [12] = 32, [13] = 33,
        [14] = 8, [15] = 10, [16] = 36, [17] = 11, [18] = 12, [19] = 35, [20] = 38, [21] = 40, [22] = 15, [23] = 16, [24] = 18, [25] = 22, [26] = 37,
        [27] = 13,
    };

    // The same table: where the header has what is no line.
    private static readonly Dictionary<string, int[]> PowerPins = new()
    {
        ["3V3"] = [1, 17], ["5V"] = [2, 4], ["GND"] = [6, 9, 14, 20, 25, 30, 34, 39],
    };

    [Fact]
    public void The_pinout_is_that_of_the_site() => House.Obeys(Pinout(Tree.Repository));

    [Fact]
    public void The_parts_are_those_of_the_site() => House.Obeys(Parts(Tree.Repository));

    [Fact]
    public void Bad_lists_are_found()
    {
        const string site = """
            { "buses": [ { "name": "gpio", "gpio": {}, "devices": [ { "name": "a", "contact": { "line": 17 } }, { "name": "b", "contact": { "line": 4 } } ] },
              { "name": "i2c", "i2c": {}, "devices": [ { "name": "c", "sensor": "sht41", "mux": { "address": "0x70" } } ] } ] }
            """;
        const string pins = "pin,bcm,signal,bus,device,wire,note\n11,17,GPIO17,gpio,a,x,\n12,27,GPIO27,gpio,gone,x,\n11,,GND,gpio,a,x,\n3,2,SDA,i2c,,x,\n";
        House.Breaks(Pinout(Tree.Of(("config/site.json", site), ("hardware/pinout.csv", pins))),
            "row 3: BCM 27 is pin 13", "row 3: no device gone", "row 4: pin 11 is taken", "row 4: GND is not at pin 11", "line 4 of b", "SCL of i2c");
        const string parts = "part,quantity,for,what,must\nsht41,2,sensor,x,x\nscd41,1,sensor,x,x\n";
        House.Breaks(Parts(Tree.Of(("config/site.json", site), ("hardware/bom.csv", parts))),
            "contact: 0 in hardware/bom.csv, 2", "scd41: 1 in hardware/bom.csv, 0", "sht41: 2 in hardware/bom.csv, 1", "tca9548a: 0 in hardware/bom.csv, 1");
    }

    private static IEnumerable<string> Pinout(Tree tree)
    {
        using var site = Site(tree);
        var devices = Devices(site).ToArray();
        var taken = new HashSet<int>();
        var wired = new HashSet<(string Device, int Line)>();
        var signals = new HashSet<(string Bus, string Signal)>();
        foreach (var (number, row) in Rows(tree, "hardware/pinout.csv"))
        {
            var (pin, signal, bus, device) = (int.Parse(row[0], CultureInfo.InvariantCulture), row[2], row[3], row[4]);
            var place = $"hardware/pinout.csv row {number}";
            if (!taken.Add(pin)) yield return $"{place}: pin {pin} is taken already.";
            signals.Add((bus, signal));
            if (row[1].Length > 0)
            {
                var bcm = int.Parse(row[1], CultureInfo.InvariantCulture);
                if (PinOf[bcm] != pin) yield return $"{place}: BCM {bcm} is pin {PinOf[bcm]}, not {pin}.";
                wired.Add((device, bcm));
            }
            else if (!PowerPins.TryGetValue(signal, out var pins) || !pins.Contains(pin)) yield return $"{place}: {signal} is not at pin {pin}.";
            if (device.Length > 0 && !devices.Any(d => d.Bus == bus && d.Name == device)) yield return $"{place}: no device {device} on {bus} in config/site.json.";
        }
        foreach (var device in devices.Where(d => d.Medium == "gpio" && d.Line is not null))
            if (!wired.Contains((device.Name, device.Line!.Value))) yield return $"hardware/pinout.csv: line {device.Line} of {device.Name} is missing.";
        foreach (var bus in devices.Where(d => d.Medium == "i2c").Select(d => d.Bus).Distinct())
            foreach (var signal in (string[])["SDA", "SCL"])
                if (!signals.Contains((bus, signal))) yield return $"hardware/pinout.csv: {signal} of {bus} is missing.";
    }

    private static IEnumerable<string> Parts(Tree tree)
    {
        using var site = Site(tree);
        var devices = Devices(site).ToArray();
        var needed = devices.Where(d => d.Type is not null).GroupBy(d => d.Type!).ToDictionary(g => g.Key, g => g.Count());
        needed["tca9548a"] = devices.Select(d => (d.Bus, d.Mux)).Where(d => d.Mux is not null).Distinct().Count();
        needed["rs485-adapter"] = devices.Where(d => d.Medium == "serial").Select(d => d.Bus).Distinct().Count();
        // A contact, pulse or topic does not say what is behind it: their kinds are counted as a whole.
        foreach (var kind in (string[])["contact", "pulse", "topic"]) needed[kind] = devices.Count(d => d.Kind == kind);
        var listed = new Dictionary<string, int>();
        foreach (var (_, row) in Rows(tree, "hardware/bom.csv"))
        {
            var key = row[2] is "contact" or "pulse" or "topic" ? row[2] : row[2] is "meter" or "sensor" or "multiplexer" or "expander" ? row[0]
                : row[0] == "rs485-adapter" ? row[0] : null;
            if (key is not null) listed[key] = listed.GetValueOrDefault(key) + int.Parse(row[1], CultureInfo.InvariantCulture);
        }
        foreach (var part in needed.Keys.Union(listed.Keys).Order(StringComparer.Ordinal))
            if (needed.GetValueOrDefault(part) != listed.GetValueOrDefault(part))
                yield return $"{part}: {listed.GetValueOrDefault(part)} in hardware/bom.csv, {needed.GetValueOrDefault(part)} in config/site.json.";
    }

    private static JsonDocument Site(Tree tree) => JsonDocument.Parse(tree.Files["config/site.json"],
        new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });

    private static IEnumerable<Wired> Devices(JsonDocument site)
    {
        foreach (var bus in site.RootElement.GetProperty("buses").EnumerateArray())
        {
            var name = bus.GetProperty("name").GetString()!;
            var medium = ((string[])["serial", "tcp", "rtuOverTcp", "i2c", "gpio", "mqtt"]).First(m => bus.TryGetProperty(m, out _));
            foreach (var device in bus.GetProperty("devices").EnumerateArray())
            {
                yield return Of(name, medium, device);
                if (!device.TryGetProperty("contacts", out var contacts)) continue;
                foreach (var contact in contacts.EnumerateArray())
                    yield return new Wired(name, "expander", contact.GetProperty("name").GetString()!, "contact", null, null, null);
            }
        }
    }

    private static Wired Of(string bus, string medium, JsonElement device)
    {
        var kind = ((string[])["model", "sensor", "expander", "contact", "pulse", "topic"]).First(k => device.TryGetProperty(k, out _));
        var what = device.GetProperty(kind);
        return new Wired(bus, medium, device.GetProperty("name").GetString()!, kind,
            kind is "model" or "sensor" or "expander" ? what.GetString() : null,
            what.ValueKind == JsonValueKind.Object && what.TryGetProperty("line", out var line) ? line.GetInt32() : null,
            device.TryGetProperty("mux", out var mux) ? mux.GetProperty("address").GetString() : null);
    }

    private static IEnumerable<(int Number, string[] Fields)> Rows(Tree tree, string path)
    {
        var lines = tree.Files[path].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 1; i < lines.Length; i++) yield return (i + 1, Fields(lines[i]));
    }

    /// <summary>Fields of a line after RFC 4180; none of ours goes over a line's end.</summary>
    private static string[] Fields(string line)
    {
        var fields = new List<string> { "" };
        var quoted = false;
        foreach (var c in line.TrimEnd('\r'))
            if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted) fields.Add("");
            else fields[^1] += c;
        return [.. fields];
    }

    private sealed record Wired(string Bus, string Medium, string Name, string Kind, string? Type, int? Line, string? Mux);
}
