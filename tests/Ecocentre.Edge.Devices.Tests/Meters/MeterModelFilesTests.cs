using System.Text.Json;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Meters;

/// <summary>Walks every file in config/meters: adding a file adds its tests.</summary>
public sealed class MeterModelFilesTests
{
    private static readonly JsonDocument Form =
        JsonDocument.Parse(File.ReadAllText(Repository.At("config", "schemas", "meter-model.schema.json")));

    public static TheoryData<string> Ids() =>
    [
        .. Directory.EnumerateFiles(Repository.MeterModels, "*.json")
            .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void All_load_together_without_a_mistake()
    {
        var mistakes = new List<Mistake>();
        var catalogue = MeterCatalogue.Load(Repository.MeterModels, mistakes);
        Assert.True(mistakes.Count == 0, string.Join('\n', mistakes));
        Assert.Equal(Ids().Count, catalogue.Models.Count());
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_file_fits_its_form(string id)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Repository.At("config", "meters", id + ".json")));
        var violations = new JsonForm(Form.RootElement).Violations(file.RootElement).ToArray();
        Assert.True(violations.Length == 0, string.Join('\n', violations));
        Assert.Equal("../schemas/meter-model.schema.json", file.RootElement.GetProperty("$schema").GetString());
    }

    [Theory, MemberData(nameof(Ids))]
    public void Every_point_has_a_captured_value_that_no_other_point_has(string id)
    {
        var model = Load(id);
        Assert.Equal(model.Points.Keys.Order(StringComparer.Ordinal), model.Capture.Expect.Keys.Order(StringComparer.Ordinal));
        // Exchanged registers show only where the values differ.
        foreach (var same in model.Capture.Expect.GroupBy(e => (model.Points[e.Key].Quantity.Unit, e.Value)).Where(g => g.Count() > 1))
            Assert.Fail($"{string.Join(" and ", same.Select(e => e.Key))} are both {same.Key.Value} {same.Key.Unit} in the capture.");
        foreach (var (name, value) in model.Capture.Expect) Assert.InRange(value, model.Points[name].Min, model.Points[name].Max);
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_capture_means_the_same_however_it_is_asked(string id)
    {
        const int Seed = 20261121;
        var model = Load(id);
        for (var trial = 0; trial < 20; trial++)
        {
            foreach (var (request, points) in AnyPlan.Of(model, new Random(Seed + trial)))
            {
                Assert.True(request.Count <= model.Read.RegistersMax, $"seed {Seed + trial}: {request} asks too much at once.");
                var words = new ushort[request.Count];
                for (var i = 0; i < request.Count; i++)
                    words[i] = model.Capture.Registers.GetValueOrDefault((request.Table, request.Address + i));
                foreach (var point in points)
                {
                    var value = point.Decode(words.AsSpan(point.Address - request.Address, point.Length));
                    var expected = model.Capture.Expect[point.Quantity.Name];
                    // 1e-6: a little over the step of a float32.
                    Assert.True(Math.Abs(value - expected) <= 1e-6 * Math.Abs(expected),
                        $"seed {Seed + trial}: {point.Quantity.Name} is {value}, not {expected}, in {request}.");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_register_can_hold_all_that_lies_before_its_rollover(string id)
    {
        foreach (var (name, point) in Load(id).Points)
        {
            if (point.RolloverAt is not { } top || point.Format.IsFloat) continue;
            // A whole number rolls over one step after the largest it can hold, or earlier where the meter's display does.
            var full = (point.Format.Max + 1) * point.Factor * point.Registers.Length;
            Assert.True(top <= full * (1 + 1e-12), $"{name} is full at {full}, but \"rolloverAt\" says {top}.");
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Counters_say_their_step(string id)
    {
        foreach (var (name, point) in Load(id).Points)
            if (point.Quantity.Kind == PointKind.Counter) Assert.True(point.Resolution > 0, $"{name} lacks \"resolution\".");
    }

    [Theory, MemberData(nameof(Ids))]
    public void The_source_has_its_row_among_the_datasheets(string id)
    {
        var source = Load(id).Source;
        var rows = File.ReadLines(Repository.At("hardware", "datasheets.md")).Where(line => line.StartsWith('|'));
        var row = rows.SingleOrDefault(line => line.Contains($"`{id}`"));
        Assert.True(row is not null, $"hardware/datasheets.md has no row that names `{id}`.");
        foreach (var text in new[] { source.Title, source.Revision, source.Link, source.Evidence }) Assert.Contains(text, row);
    }

    [Fact]
    public void The_form_knows_every_quantity_and_unit()
    {
        // What follows from desks stands in no register; people may be counted by a device.
        string[] derived = ["desks.occupied", "desks.offered"];
        Assert.Equal(Quantity.All.Select(q => q.Name).Except(derived).Order(StringComparer.Ordinal), Words("properties", "points", "propertyNames", "enum"));
        Assert.Equal(Unit.All.Order(StringComparer.Ordinal), Words("$defs", "unit", "enum"));

        static IEnumerable<string> Words(params IEnumerable<string> path) => path.Aggregate(Form.RootElement, (at, name) => at.GetProperty(name))
            .EnumerateArray().Select(word => word.GetString()!).Order(StringComparer.Ordinal);
    }

    private static MeterModel Load(string id)
    {
        var mistakes = new List<Mistake>();
        var model = MeterModel.Load(Repository.At("config", "meters", id + ".json"), mistakes);
        Assert.True(model is not null, string.Join('\n', mistakes));
        return model;
    }
}
