using System.Collections.Frozen;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Meters;

public sealed class MeterSetupTests
{
    private static readonly MeterModel Model = MadeModel.Of(ReadLimits.Protocol,
    [
        MadeModel.Point("power.active", 0) with { Min = -20_000, Max = 10_000 }, MadeModel.Point("energy.active.import", 1, RegisterType.Float32),
        MadeModel.Point("energy.active.export", 3, RegisterType.UInt32) with { Resolution = 0.1, Every = TimeSpan.FromMinutes(1) },
        MadeModel.Point("voltage.thd.l1", 5),
    ]);

    private static readonly MeterOptions Options = new() { Name = "main", Unit = 1, Place = "hall" };

    [Fact]
    public void The_usual_points_are_taken_when_the_site_names_none()
    {
        var points = Make(Options).Points;
        Assert.Equal(["main.power.active", "main.energy.active.import", "main.energy.active.export"], points.Select(p => p.Name));
        Assert.Equal([40, 41, 42], points.Select(p => (int)p.Id.Value));
        Assert.All(points, p => Assert.Equal(("main", "hall"), (p.Device, p.Place)));
    }

    [Fact]
    public void A_model_without_anything_electrical_gives_all_it_has()
    {
        var room = MadeModel.Of(ReadLimits.Protocol, ("co2", 0), ("temperature", 1));
        Assert.Equal(["co2", "temperature"], MeterSetup.UsualQuantities(room, reversed: false));
    }

    [Fact]
    public void Periods_come_from_the_point_then_the_model_then_the_meter()
    {
        var periods = new Dictionary<string, TimeSpan> { ["power.active"] = TimeSpan.FromSeconds(1) }.ToFrozenDictionary();
        Assert.Equal([1.0, 5.0, 60.0], Make(Options with { Period = TimeSpan.FromSeconds(5), Periods = periods }).Points.Select(p => p.Period.TotalSeconds));
        // A site slower than the model's "every" stays slow.
        Assert.All(Make(Options with { Period = TimeSpan.FromMinutes(5) }).Points, p => Assert.Equal(5, p.Period.TotalMinutes));
    }

    [Fact]
    public void An_energy_cannot_grow_faster_than_the_largest_power_unless_the_site_knows_better()
    {
        Assert.Equal(20, Make(Options).Points[1].RateMaxPerHour);
        Assert.Equal(80, Make(Options with { TransformerRatio = 4 }).Points[1].RateMaxPerHour);
        var rates = new Dictionary<string, double> { ["energy.active.import"] = 12 }.ToFrozenDictionary();
        Assert.Equal(12, Make(Options with { TransformerRatio = 4, RatesMaxPerHour = rates }).Points[1].RateMaxPerHour);
        Assert.Equal(double.PositiveInfinity, Make(Options).Points[0].RateMaxPerHour);
    }

    [Fact]
    public void Places_of_single_quantities_win()
    {
        var places = new Dictionary<string, string> { ["power.active"] = "roof" }.ToFrozenDictionary();
        Assert.Equal(["roof", "hall", "hall"], Make(Options with { Places = places }).Points.Select(p => p.Place!));
    }

    [Fact]
    public void The_step_of_a_counter_is_the_registers_own_or_a_floats()
    {
        var points = Make(Options with { TransformerRatio = 10 }).Points;
        Assert.Equal(0.078, points[1].Resolution, 0.001);
        Assert.Equal(1, points[2].Resolution);
    }

    [Fact]
    public void A_meter_that_is_read_like_another_has_its_plan_and_one_that_is_not_has_its_own()
    {
        var first = Make(Options);
        MeterSetup Like(MeterOptions options) => MeterSetup.Make(Model, options, new PointId(50), MeterBench.Cost, first);
        Assert.Same(first.Plan, Like(Options with { Name = "other", Unit = 9 }).Plan);
        var slower = Like(Options with { Period = TimeSpan.FromMinutes(5) }).Plan;
        Assert.NotSame(first.Plan, slower);
        Assert.All(slower.Reads, read => Assert.Equal(5, read.Period.TotalMinutes));
    }

    [Fact]
    public void A_quantity_the_model_lacks_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Make(Options with { Quantities = ["co2"] }));
        string[] all = ["energy.active.export", "energy.active.import", "power.active", "voltage.thd.l1"];
        Assert.Equal(all, MeterSetup.QuantitiesOf(Model, reversed: true).Order());
    }

    [Fact]
    public void The_models_frame_delay_counts_in_the_plan_of_a_line()
    {
        var slow = Model with { FrameDelay = TimeSpan.FromMilliseconds(100) };
        Assert.Equal(100, MeterSetup.Make(slow, Options, default, MeterBench.Cost).Plan.Cost.SilenceMilliseconds);
        Assert.Equal(0, MeterSetup.Make(slow, Options, default, ReadCost.Tcp(ReadCost.UsualRoundTrip)).Plan.Cost.SilenceMilliseconds);
    }

    private static MeterSetup Make(MeterOptions options) => MeterSetup.Make(Model, options, new PointId(40), MeterBench.Cost);
}
