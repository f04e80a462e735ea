using System.Xml.Linq;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class WiringCommandTests : IDisposable
{
    private const string Site =
        """
        { "centre": "lyon-1", "name": "Lyon <&> \u0001 \"un\"", "zone": "Europe/Paris", "spaces": [ { "id": "hall" } ],
          "buses": [
            { "name": "line", "serial": { "path": "/dev/ttyUSB0", "baud": 9600, "parity": "even" }, "devices": [
              { "name": "m1", "model": "eastron-sdm630", "unit": 1 }, { "name": "m2", "model": "eastron-sdm120", "unit": 2 },
              { "name": "m3", "model": "eastron-sdm120", "unit": 3 }, { "name": "m4", "model": "eastron-sdm120", "unit": 4 },
              { "name": "m5", "model": "eastron-sdm630", "unit": 5, "currentRatio": 40, "reversed": true } ] },
            { "name": "roof", "tcp": { "host": "192.0.2.20" }, "devices": [ { "name": "pv", "model": "eastron-sdm120" } ] },
            { "name": "chips", "i2c": { "path": "/dev/i2c-1" }, "devices": [
              { "name": "air", "sensor": "sht41", "mux": { "address": "0x70", "channel": 2 }, "place": "hall" },
              { "name": "lines", "expander": "mcp23017", "address": "0x20", "contacts": [ { "name": "reed", "line": 7, "quantity": "contact" } ] } ] },
            { "name": "pins", "gpio": { "path": "/dev/gpiochip0" }, "devices": [
              { "name": "pir", "contact": { "line": 17, "activeLow": true, "bias": "pull-up" } },
              { "name": "water", "pulse": { "line": 5, "quantity": "water", "perPulse": 0.01 } } ] } ],
          "log": { "path": "log.db" } }
        """;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Every_device_is_drawn_with_what_tells_it_from_its_neighbours()
    {
        var words = Words(await DrawAsync(Site));
        foreach (var wanted in (string[])
        [
            "m1", "m2", "m3", "m4", "m5", "unit id 1", "unit id 5", "transformers × 40 arrow outwards", "/dev/ttyUSB0, 9600 baud, 8E1", "120 Ω", "pv", "air",
            "0x44 behind 0x70 SD2", "hall", "lines", "0x20", "reed", "lines, 7", "pir", "17 (pin 11)", "active low, pull-up", "water", "5 (pin 29)",
        ])
            Assert.Contains(words, text => text.Contains(wanted, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Boxes_lie_on_the_sheet_and_on_nobody_elses_place()
    {
        var drawing = await DrawAsync(Site);
        var size = ((string)drawing.Root!.Attribute("viewBox")!).Split(' ').Select(double.Parse).ToArray();
        var boxes = (from panel in drawing.Root.Elements() where panel.Name.LocalName == "g"
                     let top = double.Parse(((string)panel.Attribute("transform")!).TrimEnd(')').Split(' ')[1])
                     from box in panel.Elements().Where(e => e.Name.LocalName == "rect").Skip(1)
                     select (X: (double)box.Attribute("x")!, Y: top + (double)box.Attribute("y")!, W: (double)box.Attribute("width")!,
                         H: (double)box.Attribute("height")!)).ToArray();
        // Eleven devices, and the resistor at the end of the trunk.
        Assert.Equal(12, boxes.Length);
        foreach (var (i, box) in boxes.Index())
        {
            Assert.InRange(box.X + box.W, 0, size[2] - 40);
            Assert.InRange(box.Y + box.H, 0, size[3]);
            Assert.DoesNotContain(boxes[..i],
                other => box.X < other.X + other.W && other.X < box.X + box.W && box.Y < other.Y + other.H && other.Y < box.Y + box.H);
        }
    }

    [Fact]
    public async Task Names_from_outside_are_words_and_nothing_else()
    {
        var words = Words(await DrawAsync(Site));
        Assert.Contains("Wiring of Lyon <&> � \"un\"", words);
    }

    [Fact]
    public async Task A_site_with_mistakes_lists_them_and_draws_nothing()
    {
        var file = _scratch.Write("site.json", Site.Replace("eastron-sdm630", "eastron-sdm63", StringComparison.Ordinal));
        var verb = await Verb.RunAsync("wiring", "--site", file);
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("eastron-sdm630", verb.Errors);
        Assert.False(File.Exists(_scratch.File("site.svg")));
    }

    [Fact]
    public async Task The_site_file_is_never_written_over()
    {
        var file = _scratch.Write("site.json", Site);
        var verb = await Verb.RunAsync("wiring", "--site", file, "-o", file);
        Assert.Equal(2, verb.ExitCode);
        Assert.Equal(Site, File.ReadAllText(file));
    }

    private async Task<XDocument> DrawAsync(string site)
    {
        var verb = await Verb.RunAsync("wiring", "--site", _scratch.Write("site.json", site));
        Assert.True(verb.ExitCode == 0, verb.Errors);
        return XDocument.Load(_scratch.File("site.svg"));
    }

    private static List<string> Words(XDocument drawing) =>
        [.. drawing.Descendants().Where(e => e.Name.LocalName is "text" or "title").Select(e => string.Concat(e.Nodes().OfType<XText>().Select(t => t.Value)))];
}
