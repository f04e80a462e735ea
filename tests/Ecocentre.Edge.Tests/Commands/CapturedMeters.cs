using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.Commands;

/// <summary>Meter models of which the captures stand in servers that are not ours, in every order of words and bytes; and the site that reads
/// them.</summary>
internal sealed class CapturedMeters : IDisposable
{
    private readonly Scratch _scratch = new();

    public CapturedMeters()
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "meters"), "*.json"))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        // 230.5 as a float is 43 66 80 00, 123,456 is 00 01 E2 40 (A to D); the rest follows from the order.
        _scratch.Write("models/acme-dcba.json", Made("DCBA", 0xAC01, [0x0080, 0x6643], [0x40E2, 0x0100]));
        _scratch.Write("models/acme-badc.json", Made("BADC", 0xAC02, [0x6643, 0x0080], [0x0100, 0x40E2]));
        Catalogue = MeterCatalogue.Load(Folder, []);
    }

    /// <summary>By unit id: floats ABCD, integers CDAB, 64-bit integers ABCD, and two invented ones.</summary>
    public static (byte Unit, string Model)[] Units { get; } =
        [(1, "eastron-sdm630"), (2, "carlo-gavazzi-em340"), (3, "abb-b23-b24"), (4, "acme-dcba"), (5, "acme-badc")];

    /// <summary>The catalogue's folder, for <c>--models</c>.</summary>
    public string Folder => _scratch.File("models");

    public MeterCatalogue Catalogue { get; }

    public MeterModel Model(string id) => Catalogue.TryGet(id, out var model) ? model : throw new ArgumentException($"No model {id}.");

    /// <summary>What a server is to hold for all units.</summary>
    public IEnumerable<PeerRegisters> Registers() =>
        from unit in Units
        from register in Model(unit.Model).Capture.Registers
        select new PeerRegisters(unit.Unit, register.Key.Table == RegisterTable.Input ? (byte)4 : (byte)3, (ushort)register.Key.Address, [register.Value]);

    public void Fill(LibmodbusServer server, string id)
    {
        foreach (var ((table, address), word) in Model(id).Capture.Registers) (table == RegisterTable.Input ? server.Inputs : server.Holdings)[address] = word;
    }

    /// <summary>Writes a site with one Modbus TCP bus and returns its path.</summary>
    public string WriteSite(int port, params (byte Unit, string Model)[] units)
    {
        var devices = units.Select(u => $$"""{ "name": "{{u.Model}}", "model": "{{u.Model}}", "unit": {{u.Unit}} }""");
        return _scratch.Write("site.json", $$"""
            { "centre": "lyon-1", "zone": "Europe/Paris", "log": { "path": "log.db" },
              "buses": [ { "name": "bus", "tcp": { "host": "127.0.0.1", "port": {{port}} }, "devices": [ {{string.Join(", ", devices)}} ] } ] }
            """);
    }

    /// <summary>Every point of a <c>read --json</c> that the model's capture knows has its value.</summary>
    public void AssertRead(JsonElement device)
    {
        var capture = Model(device.GetProperty("model").GetString()!).Capture;
        var seen = 0;
        foreach (var point in device.GetProperty("points").EnumerateArray())
        {
            var name = point.GetProperty("name").GetString()!;
            var quantity = name[(device.GetProperty("device").GetString()!.Length + 1)..];
            if (!capture.Expect.TryGetValue(quantity, out var expected)) continue;
            seen++;
            Assert.Equal("good", point.GetProperty("quality").GetString());
            var value = point.GetProperty("value").GetDouble();
            Assert.True(
                Math.Abs(value - expected) <= 1e-6 * Math.Abs(expected), string.Create(CultureInfo.InvariantCulture, $"{name}: {value} instead of {expected}"));
        }
        Assert.True(seen >= 2, $"Only {seen} points were read.");
    }

    public void Dispose() => _scratch.Dispose();

    private static string Made(string order, int id, int[] voltage, int[] energy) => $$"""
        {
          "brand": "Acme", "models": ["{{order}}"],
          "source": { "title": "invented", "revision": "1", "link": "none", "evidence": "one source" },
          "read": { "table": "holding", "order": "{{order}}", "registersMax": 100, "gapMax": 10 },
          "probe": [ { "register": 900, "type": "uint16", "order": "ABCD", "equals": {{id}} } ],
          "points": {
            "voltage.l1": { "register": 100, "type": "float32", "unit": "V", "min": 0, "max": 500 },
            "energy.active.import": { "register": 104, "type": "uint32", "scale": 0.01, "unit": "kWh", "rolloverAt": 10000000, "resolution": 0.01 }
          },
          "capture": { "from": "made from the maker's table",
            "registers": { "100": [{{voltage[0]}}, {{voltage[1]}}], "104": [{{energy[0]}}, {{energy[1]}}], "900": [{{id}}] },
            "expect": { "voltage.l1": 230.5, "energy.active.import": 1234.56 } },
          "checks": { "bench": "todo: none exists", "field": "todo: none exists", "writes": "exempt: the gateway never writes to meters" }
        }
        """;
}
