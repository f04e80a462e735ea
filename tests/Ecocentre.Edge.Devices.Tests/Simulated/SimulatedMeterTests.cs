using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Meters;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class SimulatedMeterTests
{
    private const int Seed = 31;

    // Where the simulated SunSpec model begins: marker, common model of 66 registers with its header.
    private const int SunSpecModel = 40_070;

    private static readonly MeterCatalogue Catalogue = MeterCatalogue.Load(Repository.MeterModels, []);
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 6, 15, 6, 0, 0, TimeSpan.Zero));
    private static readonly BuildingTruth Truth = new(Seed, Start, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));

    public static TheoryData<string> Ids() => [.. Catalogue.Models.Select(m => m.Id)];

    /// <summary>Goal: whatever model is put on whatever load, a reader that follows the model file has the truth back. Method: at random
    /// instants, ask by random legal plans, decode, compare within the step of the registers.</summary>
    [Theory, MemberData(nameof(Ids))]
    public void Any_model_read_by_its_own_plan_tells_the_truth(string id)
    {
        var model = Model(id);
        var random = new Random(Seed);
        var subjects = model.Points.ContainsKey("co2") ? BuildingTruth.Places : BuildingTruth.Loads;
        for (var trial = 0; trial < 12; trial++)
        {
            var subject = subjects[random.Next(subjects.Length)];
            var meter = new SimulatedMeter(model, Truth, subject, counterSeed: trial);
            var at = Start + TimeSpan.FromMilliseconds(random.NextInt64(0, 12 * 3_600_000L));
            foreach (var (request, points) in AnyPlan.Of(model, random, shift: model.SunSpecIds.IsEmpty ? 0 : SunSpecModel))
            {
                var words = new ushort[request.Count];
                Assert.True(meter.Read(request, at, words) == 0, $"seed {Seed}, trial {trial}: {request} was refused.");
                foreach (var point in points) Compare(meter, point, at, words, request);
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Any_model_is_recognised_by_its_own_probe(string id)
    {
        var meter = new SimulatedMeter(Model(id), Truth, Model(id).Points.ContainsKey("co2") ? "open-space" : "main");
        foreach (var step in meter.Model.Probe)
        {
            var words = new ushort[step.Count];
            var request = new ModbusRead(1, step.Table, (ushort)step.Address, (ushort)step.Count);
            Assert.Equal(0, meter.Read(request, Start + TimeSpan.FromMinutes(5), words));
            Assert.True(step.Holds(words, out var found), $"register {step.Address} reads {found}");
        }
    }

    [Theory]
    [InlineData("eastron-sdm630", 0, 2, 0)]
    [InlineData("eastron-sdm630", 0, 80, 0)]
    [InlineData("eastron-sdm630", 0, 82, 3)] // more than 80
    [InlineData("eastron-sdm630", 0, 3, 2)] // odd, and ends inside a number
    [InlineData("eastron-sdm630", 1, 2, 2)] // begins inside a number
    [InlineData("eastron-sdm630", 100, 2, 2)] // nothing there
    [InlineData("siemens-pac3200", 46, 2, 1)] // asked by the function for input registers
    [InlineData("carlo-gavazzi-em24-rs485", 0, 12, 3)] // more than 11
    public void Requests_that_the_device_refuses_are_refused(string id, int address, int count, int answer)
    {
        var meter = new SimulatedMeter(Model(id), Truth, "main");
        Assert.Equal(answer, meter.Read(new ModbusRead(1, RegisterTable.Input, (ushort)address, (ushort)count), Start, new ushort[125]));
    }

    [Fact]
    public void A_dead_meter_stays_silent()
    {
        var meter = new SimulatedMeter(Model("eastron-sdm630"), Truth, "main") { IsDead = true };
        Assert.Equal(-1, meter.Read(new ModbusRead(1, RegisterTable.Input, 0, 2), Start, new ushort[2]));
        meter.IsDead = false;
        Assert.Equal(0, meter.Read(new ModbusRead(1, RegisterTable.Input, 0, 2), Start, new ushort[2]));
    }

    [Theory]
    [InlineData("sunspec-meter-int", 203, 105), InlineData("sunspec-meter-float", 213, 124)]
    public void A_SunSpec_meter_is_found_by_marker_and_walk(string id, int model, int length)
    {
        var meter = new SimulatedMeter(Model(id), Truth, "pv");
        Assert.Equal("SunS"u8.ToArray(), Words(40_000, 2).SelectMany(w => new[] { (byte)(w >> 8), (byte)w }));
        Assert.Equal([1, 66], Words(40_002, 2));
        Assert.Equal([(ushort)model, (ushort)length], Words(40_002 + 2 + 66, 2));
        Assert.Equal([0xFFFF, 0], Words(40_002 + 2 + 66 + 2 + length, 2));
        Assert.Equal(2, meter.Read(new ModbusRead(1, RegisterTable.Holding, 0, 2), Start, new ushort[2]));

        ushort[] Words(int address, int count)
        {
            var words = new ushort[count];
            Assert.Equal(0, meter.Read(new ModbusRead(1, RegisterTable.Holding, (ushort)address, (ushort)count), Start, words));
            return words;
        }
    }

    [Fact]
    public void Counters_never_fall_and_gain_what_flowed()
    {
        var meter = new SimulatedMeter(Model("abb-b23-b24"), Truth, "heat-pump", counterSeed: 5);
        var point = meter.Model.Points["energy.active.import"];
        var (last, from) = (0.0, Start + TimeSpan.FromMinutes(3));
        for (var minute = 0; minute < 600; minute += 7)
        {
            var shown = meter.Shown(point, from + TimeSpan.FromMinutes(minute));
            Assert.True(shown >= last, $"{shown} after {last}");
            last = shown;
        }
        var to = from + TimeSpan.FromMinutes(595);
        Assert.InRange(last - meter.Shown(point, from) - Truth.EnergyKwh("heat-pump", from, to).Import, -0.01, 0.01);
        Assert.True(meter.Shown(point, Start) > 0, "the meter was not new");
    }

    [Fact]
    public void A_counter_starts_again_where_its_model_says()
    {
        var point = Model("eastron-sdm630").Points["energy.active.import"] with { RolloverAt = 1000 };
        var meter = new SimulatedMeter(Model("eastron-sdm630"), Truth, "main", counterSeed: 2);
        var (value, shown) = (meter.Value("energy.active.import", Start), meter.Shown(point, Start));
        Assert.True(value > 1000);
        Assert.Equal(value % 1000, shown, 0.01);
    }

    private static void Compare(SimulatedMeter meter, MeterPoint point, Instant at, ushort[] words, ModbusRead request)
    {
        var shift = meter.Model.SunSpecIds.IsEmpty ? 0 : SunSpecModel;
        var span = words.AsSpan(point.Address + shift - request.Address, point.Length);
        var value = point.Decode(span);
        var truth = meter.Value(point.Quantity.Name, at);
        var scale = point.ScaleRegister is { } register ? Math.Pow(10, (short)span[register - point.Address]) : 1;
        // A counter shows the last whole step, a level the nearest; a float adds the rounding of its own type.
        var step = point.Format.IsFloat ? point.StepAt(truth) : point.Factor * scale;
        var allowed = point.Quantity.Kind == PointKind.Counter ? step + point.StepAt(truth) / 2 : step / 2 * 1.000001;
        var where = $"{meter.Model.Id} on {meter.Subject} at {at}: {point.Quantity.Name}";
        Assert.True(Math.Abs(value - truth) <= allowed, $"{where} reads {value}, in truth {truth}, step {step}.");
    }

    private static MeterModel Model(string id) =>
        Catalogue.TryGet(id, out var model) ? model : throw new InvalidOperationException($"config/meters lacks {id}.");
}
