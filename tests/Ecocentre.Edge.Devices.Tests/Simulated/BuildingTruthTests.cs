using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class BuildingTruthTests
{
    private const int Seed = 4711;

    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    // A Monday.
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 6, 15, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_same_seed_tells_the_same_in_any_order()
    {
        var random = new Random(Seed);
        var instants = Enumerable.Range(0, 14).Select(_ => Start + TimeSpan.FromMilliseconds(random.Next(12 * 3_600_000))).ToArray();
        var forwards = new BuildingTruth(Seed, Start, Paris);
        var atRandom = new BuildingTruth(Seed, Start, Paris);
        var told = instants.Order().ToDictionary(at => at, at => Everything(forwards.At(at)));
        foreach (var at in instants) Assert.Equal(told[at], Everything(atRandom.At(at)));
        Assert.NotEqual(told[instants[0]], Everything(new BuildingTruth(Seed + 1, Start, Paris).At(instants[0])));
    }

    [Theory]
    [InlineData("main"), InlineData("heat-pump"), InlineData("kitchen"), InlineData("pv")]
    public void Energy_is_the_exact_sum_of_power_over_every_second(string load)
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        // From within a second in the dark to within another in the sun, over an hour's border.
        var from = Start + TimeSpan.FromHours(3.9) + TimeSpan.FromMilliseconds(250);
        var to = from + TimeSpan.FromMinutes(47) + TimeSpan.FromMilliseconds(333);
        long import = 0, export = 0;
        for (var at = from; at < to;)
        {
            var next = new Instant(Math.Min(to.UnixMilliseconds, (at.UnixMilliseconds / 1000 + 1) * 1000));
            var units = (long)Math.Round(truth.PowerW(load, at) * 10) * (next.UnixMilliseconds - at.UnixMilliseconds);
            if (units >= 0) import += units;
            else export -= units;
            at = next;
        }
        var flow = truth.EnergyKwh(load, from, to);
        Assert.Equal(import / 3.6e10, flow.Import);
        Assert.Equal(export / 3.6e10, flow.Export);
        Assert.True(flow.Import + flow.Export > 0);
    }

    [Fact]
    public void The_main_line_carries_the_sum_of_all_loads()
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        var loads = BuildingTruth.Loads.Where(load => load != "main").ToArray();
        for (var minutes = 5; minutes < 2000; minutes += 131)
        {
            var frame = truth.At(Start + TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(minutes % 60));
            foreach (var quantity in new[] { "power.active", "power.active.l1", "power.active.l2", "power.active.l3", "power.reactive" })
                Assert.Equal(loads.Sum(load => frame.Value(load, quantity)), frame.Value("main", quantity), 1e-6);
        }
        var (from, to) = (Start + TimeSpan.FromHours(1), Start + TimeSpan.FromHours(40));
        var net = loads.Sum(load => truth.EnergyKwh(load, from, to).Import - truth.EnergyKwh(load, from, to).Export);
        var main = truth.EnergyKwh("main", from, to);
        Assert.Equal(net, main.Import - main.Export, 1e-9);
        // The roof feeds back in the one hour and the heat pump draws in the other: netting over time would hide both.
        Assert.True(main is { Import: > 1, Export: > 1 }, main.ToString());
    }

    [Fact]
    public void Power_current_voltage_and_factor_belong_together()
    {
        var frame = new BuildingTruth(Seed, Start, Paris).At(Start + TimeSpan.FromHours(8.2));
        foreach (var load in BuildingTruth.Loads)
            foreach (var phase in new[] { "l1", "l2", "l3" })
            {
                double At(string quantity) => frame.Value(load, $"{quantity}.{phase}");
                Assert.Equal(At("voltage") * At("current"), At("power.apparent"), 1e-6);
                if (At("power.active") != 0) Assert.Equal(At("power.apparent") * At("power.factor"), At("power.active"), 1e-6);
                Assert.InRange(At("voltage"), 220, 242);
            }
        Assert.InRange(frame.Value("main", "frequency"), 49.9, 50.1);
        Assert.True(double.IsNaN(frame.Value("main", "co2")));
        Assert.True(double.IsNaN(frame.Value("nowhere", "power.active")));
    }

    [Fact]
    public void People_come_by_local_time_and_stay_away_on_Sunday()
    {
        // Clocks go back on 2026-10-25: the same hour of the working day lies one hour later in UTC afterwards.
        var truth = new BuildingTruth(Seed, Instant.From(new DateTimeOffset(2026, 10, 23, 0, 0, 0, TimeSpan.Zero)), Paris);
        Assert.True(Plugs(23, 6.2) > 1.5 * Plugs(26, 6.2), "Friday 8:12 against Monday 7:12 local");
        Assert.True(Plugs(26, 7.4) > 1.5 * Plugs(26, 6.2), "Monday 8:24 against 7:12 local");
        Assert.True(Plugs(25, 10) < 250, "Sunday");
        Assert.True(Plugs(26, 10) > 800, "Monday at work");

        double Plugs(int day, double utcHour)
        {
            var from = Instant.From(new DateTimeOffset(2026, 10, day, 0, 0, 0, TimeSpan.Zero)) + TimeSpan.FromHours(utcHour);
            return Enumerable.Range(0, 60).Average(second => truth.PowerW("plugs-open-space", from + TimeSpan.FromSeconds(second)));
        }
    }

    [Fact]
    public void Room_air_follows_presence_and_stays_plausible()
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        var night = truth.At(Start + TimeSpan.FromHours(2));
        var work = truth.At(Start + TimeSpan.FromHours(9));
        foreach (var room in BuildingTruth.Rooms)
        {
            for (var hour = 0; hour < 120; hour += 7)
            {
                var frame = truth.At(Start + TimeSpan.FromHours(hour));
                Assert.InRange(frame.Value(room, "co2"), 400, 1600);
                Assert.InRange(frame.Value(room, "temperature"), 16, 30);
                Assert.InRange(frame.Value(room, "humidity"), 20, 65);
            }
            Assert.InRange(night.Value(room, "co2"), 400, 450);
        }
        Assert.True(work.Value("open-space", "co2") > 600);
    }

    [Fact]
    public void The_sun_sets_and_an_unknown_load_is_refused()
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        Assert.InRange(truth.PowerW("pv", Start + TimeSpan.FromHours(1)), 0, 10);
        Assert.True(truth.PowerW("pv", Start + TimeSpan.FromHours(11.5)) < -1500);
        Assert.Throws<ArgumentException>(() => truth.PowerW("lift", Start));
        Assert.Equal(new EnergyFlow(0, 0), truth.EnergyKwh("main", Start - TimeSpan.FromDays(1), Start));
    }

    private static string Everything(BuildingTruthFrame frame) => string.Join(' ',
        from subject in BuildingTruth.Loads.AddRange(BuildingTruth.Rooms)
        from quantity in Plant.Quantity.All.OrderBy(q => q.Name, StringComparer.Ordinal)
        select $"{frame.Value(subject, quantity.Name):R}");
}
