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
    [InlineData("main"), InlineData("heat-pump"), InlineData("plugs-kitchen"), InlineData("pv")]
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
        foreach (var room in BuildingPlan.Rooms)
        {
            for (var hour = 0; hour < 120; hour += 7)
            {
                var air = truth.Air(room.Id, Start + TimeSpan.FromHours(hour));
                Assert.InRange(air.Co2, 400, 2600);
                Assert.InRange(air.Temperature, 18, 30);
                Assert.InRange(air.Humidity, 20, 75);
                Assert.InRange(air.Dust, 0, 60);
                Assert.InRange(air.VocIndex, 1, 500);
            }
            Assert.InRange(truth.Air(room.Id, Start + TimeSpan.FromHours(2)).Co2, 400, 470);
        }
        Assert.InRange(truth.Air("open-space", Start + TimeSpan.FromHours(9)).Co2, 480, 1200);
    }

    [Fact]
    public void Rooms_are_heated_in_winter_and_dry_and_warm_and_damp_in_summer()
    {
        // Two in the afternoon of fourteen working days of January and of June.
        var (winter, summer) = (Afternoons(2026, 1, 12), Afternoons(2026, 6, 15));
        Assert.All(winter, air => Assert.InRange(air.In.Temperature, 19, 25));
        Assert.InRange(winter.Average(air => air.Out.Temperature), -3, 10);
        Assert.InRange(summer.Average(air => air.Out.Temperature), 16, 30);
        Assert.True(winter.Average(air => air.In.Humidity) < 40 && summer.Average(air => air.In.Humidity) > 42);
        Assert.True(winter.Average(air => air.Out.Dust) > summer.Average(air => air.Out.Dust));

        static (BuildingAirState In, BuildingAirState Out)[] Afternoons(int year, int month, int day)
        {
            var first = Instant.From(new DateTimeOffset(year, month, day, 12, 30, 0, TimeSpan.Zero));
            var truth = new BuildingTruth(Seed, first, Paris);
            return
            [
                .. Enumerable.Range(0, 19).Select(d => first + TimeSpan.FromDays(d))
                    .Where(at => BuildingCalendar.IsWorkday(DateOnly.FromDateTime(at.ToDateTimeOffset().DateTime)))
                    .Select(at => (truth.Air("open-space", at), truth.Air(BuildingPlan.Outdoor, at))),
            ];
        }
    }

    [Fact]
    public void The_badly_aired_video_room_becomes_stuffy_and_the_open_space_does_not()
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        Assert.True(Most("video-room") > 1300, $"{Most("video-room")}");
        Assert.True(Most("open-space") < 1100, $"{Most("open-space")}");

        double Most(string room) => Enumerable.Range(0, 5 * 24 * 12).Max(i => truth.Air(room, Start + TimeSpan.FromMinutes(5 * i)).Co2);
    }

    [Fact]
    public void Carbon_dioxide_is_what_people_breathed_out_and_air_carried_away()
    {
        // Goal: the balance closes. Method: over an hour of the meeting room with its window shut, the change of CO2 in the room is compared with what
        // was breathed out less what the known air change carried away.
        // Windows stay shut in winter below 1250 ppm.
        var monday = Instant.From(new DateTimeOffset(2026, 1, 12, 0, 0, 0, TimeSpan.Zero));
        var truth = new BuildingTruth(Seed, monday, Paris);
        var room = BuildingPlan.Rooms.Single(r => r.Id == "meeting-room");
        var closed = 0;
        for (var hour = 6; hour < 80; hour++)
        {
            var minutes = truth.Minutes(monday + TimeSpan.FromHours(hour), monday + TimeSpan.FromHours(hour + 1)).Select(m => (m, Of: m.Rooms[3])).ToArray();
            var local = hour % 24 + 1;
            if (local is < 6 or > 18 || minutes.Any(m => m.Of.Air.Co2 > 1100)) continue;
            var breathed = minutes.Sum(m => m.Of.People) / 60 * 0.01872 / room.VolumeCubicMetres * 1e6;
            var carried = minutes.Sum(m => m.Of.Air.Co2 - m.m.Outdoor.Co2) / 60 * (room.VentedPerHour + 0.15);
            var change = truth.Air(room.Id, monday + TimeSpan.FromHours(hour + 1)).Co2 - truth.Air(room.Id, monday + TimeSpan.FromHours(hour)).Co2;
            Assert.Equal(breathed - carried, change, 15.0);
            closed++;
        }
        Assert.True(closed > 5, $"{closed}");
    }

    [Fact]
    public void The_mean_of_a_stretch_is_the_mean_of_its_instants()
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        var (from, to) = (Start + TimeSpan.FromSeconds(8 * 3600 + 17), Start + TimeSpan.FromSeconds(8 * 3600 + 400));
        var instants = Enumerable.Range(0, 38_300).Select(i => truth.Air("open-space", from + TimeSpan.FromMilliseconds(10 * i + 5))).ToArray();
        var mean = truth.MeanAir("open-space", from, to);
        Assert.Equal(instants.Average(a => a.Co2), mean.Co2, 1e-3);
        Assert.Equal(instants.Average(a => a.Temperature), mean.Temperature, 1e-3);
        Assert.Equal(instants.Average(a => a.Humidity), mean.Humidity, 1e-3);
    }

    [Fact]
    public void People_desks_and_rooms_belong_together()
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        var (busiest, overNight) = (0, 0);
        for (var minute = 0; minute < 5 * 1440; minute += 17)
        {
            var at = Start + TimeSpan.FromMinutes(minute) + TimeSpan.FromSeconds(3);
            foreach (var room in BuildingPlan.Rooms)
            {
                var desks = Enumerable.Range(0, BuildingPlan.Desks.Length).Where(desk => BuildingPlan.Desks[desk].Space == room.Id);
                var taken = desks.Count(desk => truth.IsDeskTaken(desk, at));
                var people = truth.People(room.Id, at);
                // At a desk sits one person, and where there are desks nobody stands about.
                if (room.Desks > 0) Assert.Equal(taken, people);
                Assert.InRange(people, 0, room.Id == "kitchen" ? 40 : room.Place.PeopleMax!.Value);
            }
            var all = BuildingPlan.Rooms.Sum(room => truth.People(room.Id, at));
            busiest = Math.Max(busiest, all);
            if (minute % 1440 is > 21 * 60 or < 4 * 60) overNight += all;
        }
        Assert.InRange(busiest, 40, 62);
        Assert.Equal(0, overNight);
    }

    [Fact]
    public void Stays_at_a_desk_are_what_the_desk_says_at_each_instant()
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        var (stays, from, to) = (0, Start + TimeSpan.FromHours(7.5), Start + TimeSpan.FromHours(33));
        for (var desk = 0; desk < BuildingPlan.Desks.Length; desk++)
        {
            var before = from;
            foreach (var stay in truth.DeskStays(desk, from, to))
            {
                stays++;
                Assert.True(stay.From < stay.To && (stay.From >= before || before == from));
                Assert.True(truth.IsDeskTaken(desk, stay.From));
                Assert.True(truth.IsDeskTaken(desk, stay.To - TimeSpan.FromMilliseconds(1)));
                if (stay.From > before) Assert.False(truth.IsDeskTaken(desk, stay.From - TimeSpan.FromMilliseconds(1)));
                before = stay.To;
            }
        }
        Assert.True(stays > 300, $"{stays}");
    }

    [Fact]
    public void Nobody_comes_on_holidays_and_few_in_August()
    {
        // 14 July 2026 is a Tuesday; Ascension falls on 14 May.
        Assert.True(PersonHours(7, 7) > 250 && PersonHours(7, 14) == 0 && PersonHours(5, 14) == 0);
        Assert.InRange(PersonHours(8, 11) / PersonHours(6, 16), 0.2, 0.75);

        double PersonHours(int month, int day)
        {
            var begin = Instant.From(new DateTimeOffset(2026, month, day, 0, 0, 0, TimeSpan.Zero));
            return new BuildingTruth(Seed, begin, Paris).Minutes(begin, begin + TimeSpan.FromDays(1)).Sum(m => m.People) / 60;
        }
    }

    [Fact]
    public void Minutes_add_up_to_what_instants_tell()
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        var (from, to) = (Start + TimeSpan.FromHours(5), Start + TimeSpan.FromHours(31));
        var minutes = truth.Minutes(from, to).ToArray();
        Assert.Equal(26 * 60, minutes.Length);
        for (var load = 0; load < BuildingTruth.Loads.Length; load++)
        {
            var flow = truth.EnergyKwh(BuildingTruth.Loads[load], from, to);
            Assert.Equal(flow.Import, minutes.Sum(m => m.Energy[load].Import), 1e-9);
            Assert.Equal(flow.Export, minutes.Sum(m => m.Energy[load].Export), 1e-9);
        }
        Assert.Equal(truth.WaterMillilitres(to) - truth.WaterMillilitres(from), minutes.Sum(m => (long)m.WaterMillilitres));
        var taken = minutes.Sum(m => m.Rooms.Sum(r => r.DesksTaken));
        var stayed = Enumerable.Range(0, 60).Sum(desk => truth.DeskStays(desk, from, to)
            .Sum(s => ((s.To < to ? s.To : to) - (s.From > from ? s.From : from)).TotalMinutes));
        Assert.Equal(stayed, taken, 1e-6);
    }

    [Fact]
    public void Water_is_taken_by_people()
    {
        var truth = new BuildingTruth(Seed, Start, Paris);
        Assert.Equal(0, truth.WaterMillilitres(Start));
        Assert.InRange(Litres(0, 24), 400, 2500);
        Assert.Equal(0, Litres(19, 28));
        // Saturday and Sunday.
        Assert.True(Litres(5 * 24, 7 * 24) < 120);

        long Litres(double from, double to) => (Until(to) - Until(from)) / 1000;

        long Until(double hour) => truth.WaterMillilitres(Start + TimeSpan.FromHours(hour));
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
        from subject in BuildingTruth.Loads.AddRange(BuildingTruth.Places)
        from quantity in Plant.Quantity.All.OrderBy(q => q.Name, StringComparer.Ordinal)
        select $"{frame.Value(subject, quantity.Name):R}");
}
