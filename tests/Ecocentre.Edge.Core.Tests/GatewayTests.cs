using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests;

/// <summary>What the machine takes, what it refuses, and that it says so.</summary>
public sealed class GatewayTests
{
    [Fact]
    public void A_point_out_of_place_is_a_broken_invariant()
    {
        var wrong = Gauge() with { Id = new PointId(1) };
        Assert.StartsWith("BUG: ", Assert.Throws<ArgumentException>(() => new Gateway([wrong], TimeZoneInfo.Utc, GatewayLimits.Default)).Message);
    }

    [Fact]
    public void A_step_without_readings_is_empty_until_a_minute_is_due()
    {
        var gateway = new Machine(Gauge()).Gateway;
        for (var second = 0; second < 62; second++) Assert.True(gateway.Step(T(second)).IsEmpty);
        var output = gateway.Step(T(62));
        Assert.Equal(new Window(T(0), TimeSpan.FromMinutes(1)), Assert.Single(output.Windows).Window);
        Assert.Empty(output.Incidents);
        Assert.True(gateway.Step(T(62)).IsEmpty);
    }

    [Fact]
    public void A_minute_waits_for_its_grace_to_the_millisecond()
    {
        var machine = new Machine(Gauge()).StartAt(T(0)).Step(61.999);
        Assert.Empty(machine.Windows);
        Assert.Single(machine.Step(62).Windows);
    }

    [Fact]
    public void A_start_in_the_middle_of_a_minute_stores_what_there_is_of_it()
    {
        var machine = new Machine(Gauge()).StartAt(T(45)).Read(45, 3).Step(62);
        Assert.Equal(0.25, machine.Minute(0).Coverage);
    }

    [Fact]
    public void Readings_from_before_the_first_step_are_in_windows_or_told()
    {
        // At 300 s late readings are taken as far back as 180 s.
        var machine = new Machine(Gauge()).Read(100, 1).Read(110, 1).Read(185, 2).Read(290, 3).Step(300).Run(T(600));
        Assert.Equal(2, machine.Highest(WindowKind.Minute).Sum(m => m.Count));
        Assert.Equal(2, Assert.Single(machine.Told(IncidentKind.TooLate)).Value);
    }

    [Fact]
    public void A_late_reading_revises_its_minute_while_it_may()
    {
        var machine = new Machine(Gauge()).StartAt(T(0)).Read(0, 10).Step(62);
        Assert.Equal((0, 10.0, 1), (machine.Minute(0).Revision, machine.Minute(0).Mean, machine.Minute(0).Count));
        machine.Read(12.5, 30).Step(63);
        var revised = machine.Minute(0);
        Assert.Equal((1, 20.0, 2), (revised.Revision, revised.Mean, revised.Count), (a, b) => a.Item1 == b.Item1 && a.Item3 == b.Item3);
        // The last moment: two minutes after its end.
        machine.Step(179.999).Read(50, 40).Step(180);
        Assert.Equal(2, machine.Minute(0).Revision);
        machine.Read(55, 40).Step(181);
        Assert.Equal(2, machine.Minute(0).Revision);
        Assert.Equal(1, Assert.Single(machine.Told(IncidentKind.TooLate)).Value);
    }

    [Fact]
    public void A_reading_that_comes_twice_changes_nothing_and_is_told_to_nobody()
    {
        var machine = new Machine(Gauge()).StartAt(T(0)).Read(0, 10).Read(0, 10).Step(62).Read(0, 10).Step(63).Run(T(150));
        Assert.Equal((0, 1), (machine.Minute(0).Revision, machine.Minute(0).Count));
        Assert.Empty(machine.Incidents);
    }

    [Fact]
    public void A_late_reading_that_comes_out_the_same_makes_no_revision()
    {
        // Missing where nothing was known anyway.
        var machine = new Machine(Gauge()).StartAt(T(0)).Read(0, 10).Step(62).Missing(40).Step(63);
        Assert.Equal(0, machine.Minute(0).Revision);
    }

    [Fact]
    public void A_late_reading_revises_the_following_minute_too_when_it_holds_into_it()
    {
        var machine = new Machine(Gauge()).StartAt(T(0)).Step(122).Read(50, 7).Step(123);
        Assert.Equal((1, 1, 15 / 60.0), (machine.Minute(0).Revision, machine.Minute(1).Revision, machine.Minute(1).Coverage));
    }

    [Fact]
    public void Two_readings_of_one_instant_leave_the_better_one_whatever_came_first_and_the_other_is_told()
    {
        foreach (var (first, second) in new[] { (3.0, 5.0), (5.0, 3.0) })
        {
            var machine = new Machine(Gauge()).StartAt(T(0)).Read(0, first).Read(0, second).Step(62);
            Assert.Equal((5.0, 1), (machine.Minute(0).Last, machine.Minute(0).Count));
            Assert.Equal(1, Assert.Single(machine.Told(IncidentKind.Crowded)).Value);
        }
        var good = new Machine(Gauge()).StartAt(T(0)).Read(0, 3).Read(0, 9, Quality.Questionable).Missing(0).Step(62);
        Assert.Equal((3.0, 25 / 60.0), (good.Minute(0).Last, good.Minute(0).Coverage));
    }

    [Fact]
    public void Readings_ahead_of_the_clock_are_refused_and_counted()
    {
        var machine = new Machine(Gauge()).StartAt(T(0)).Read(0, 1).Read(15, 1).Read(15.001, 2).Read(1000, 2).Read(5, 1).Step(10);
        var told = Assert.Single(machine.Told(IncidentKind.FromFuture));
        Assert.Equal((2.0, "main.power.active"), (told.Value, told.Subject));
        Assert.Equal(3, machine.Run(T(62)).Minute(0).Count);
    }

    [Fact]
    public void A_reading_far_beyond_any_calendar_is_refused_too()
    {
        foreach (var at in new[] { long.MaxValue, long.MinValue, long.MaxValue / 4, long.MinValue / 4, -1, 253_402_300_800_000 })
        {
            var machine = new Machine(Gauge()).StartAt(T(0)).Read(0, new Instant(at), 5).Read(1, 5).Step(62);
            Assert.Equal(1, machine.Minute(0).Count);
            Assert.Equal(1, machine.Incidents.Sum(i => i.Value));
        }
    }

    [Fact]
    public void More_readings_than_a_period_leaves_room_for_are_told_and_the_newest_stay()
    {
        // A period of ten minutes keeps the fewest: 17. At the end of the minute 43 of 60 are gone, each of them told.
        var machine = new Machine(Gauge(period: 600)).StartAt(T(0));
        for (var at = 0; at < 60; at++) machine.Read(at, at);
        machine.Step(62);
        Assert.Equal((17, 59.0), (machine.Minute(0).Count, machine.Minute(0).Last));
        Assert.Equal(43, machine.Told(IncidentKind.Crowded).Sum(i => i.Value));
    }

    [Fact]
    public void Late_readings_of_a_crowded_series_are_told_too()
    {
        var machine = new Machine(Gauge(period: 600)).StartAt(T(0));
        for (var at = 59; at >= 0; at--) machine.Read(at, at);
        machine.Step(62);
        Assert.Equal(17, machine.Minute(0).Count);
        Assert.Equal(43, machine.Told(IncidentKind.Crowded).Sum(i => i.Value));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(10)]
    public void A_declared_period_never_crowds_even_when_readings_are_late(double period)
    {
        var machine = new Machine(Gauge(period: period)).StartAt(T(0));
        for (var i = 0; i < 400 / period; i++)
        {
            if (i * period > machine.Now.UnixMilliseconds / 1000.0 - Zero.UnixMilliseconds / 1000.0 + 1) machine.Run(T(i * period));
            // Every second reading comes a minute and a half late.
            if (i % 2 == 0) machine.Read(i * period, i);
            var late = i - (int)(90 / period);
            if (late > 0 && late % 2 == 1) machine.Read(late * period, late);
        }
        Assert.Empty(machine.Incidents);
    }

    [Fact]
    public void A_flood_of_incidents_is_cut_and_the_cut_is_told_by_kind()
    {
        var points = Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? Gauge(max: 10) : Counter()) with { Name = $"p{i}" });
        var machine = new Machine(points).StartAt(T(0));
        for (var i = 0; i < 100; i++) machine.Read(i, T(1), i % 2 == 0 ? 11 : 500).Read(i, T(2), i % 2 == 0 ? 11 : 0).Read(i, T(3), i % 2 == 0 ? 11 : 500);
        machine.Step(62);
        Assert.Equal(65, machine.Incidents.Count);
        var cut = machine.Incidents[^1];
        Assert.Equal((IncidentKind.Suppressed, 36.0), (cut.Kind, cut.Value));
        Assert.Equal("More incidents arose at once than are stored: 18 × Glitch, 18 × OutOfBounds were left out.", cut.Text);
        Assert.Empty(machine.Run(T(122)).Incidents.Skip(65));
    }

    [Fact]
    public void After_a_standstill_of_days_the_gap_is_told_and_minutes_go_on()
    {
        var machine = new Machine(Gauge(), Counter()).StartAt(T(0)).Read(0, T(1), 5).Read(1, T(1), 100).Read(0, T(55), 5).Read(0, T(61), 6);
        var back = Zero + TimeSpan.FromDays(3);
        machine.Read(0, back, 7).Read(1, back, 700).Step(back).Run(back + TimeSpan.FromMinutes(5));
        Assert.Equal(2, machine.Minute(0).Count);
        var gap = machine.Told(IncidentKind.Gap).First();
        Assert.Equal(("gateway", 1.0), (gap.Subject, gap.Value));
        Assert.Equal(1, machine.Window(WindowKind.Minute, back).Count);
        Assert.Equal(600, machine.Energy(1));
        Assert.Equal(1 + 4, machine.Highest(WindowKind.Minute).Count());
    }

    [Fact]
    public void After_a_standstill_of_hours_each_minute_is_stored_with_the_coverage_it_has()
    {
        var machine = new Machine(Gauge(period: 600)).StartAt(T(0)).Read(0, 5).Step(4 * 3600 + 2);
        Assert.Equal(240, machine.Highest(WindowKind.Minute).Count());
        Assert.Equal(25, machine.Highest(WindowKind.Minute).Sum(m => m.Coverage));
        Assert.Equal(25 / 60.0, machine.Highest(WindowKind.Hour).First().Coverage, 1e-12);
    }

    [Fact]
    public void The_snapshot_shows_the_newest_reading_in_time_order()
    {
        var machine = new Machine(Gauge(), State()).StartAt(T(0)).Read(0, T(5), 50).Read(0, T(3), 30);
        var snapshot = machine.Gateway.TakeSnapshot(T(6));
        Assert.Equal((T(6), 0, true), (snapshot.At, snapshot.Era, snapshot.ClockTrusted));
        Assert.Equal(new Reading(new PointId(0), T(5), 50, Quality.Good), snapshot.Latest[0]);
        Assert.Equal(new Reading(new PointId(1), default, double.NaN, Quality.Missing), snapshot.Latest[1]);
        Assert.Empty(snapshot.Live);
    }

    [Fact]
    public void The_same_input_gives_the_same_output()
    {
        var one = Play(new Random(5));
        var other = Play(new Random(5));
        Assert.Equal(one.Windows, other.Windows);
        Assert.Equal(one.Incidents, other.Incidents);
        Assert.NotEmpty(one.Incidents);
    }

    private static Machine Play(Random random)
    {
        var machine = new Machine(Gauge(max: 90), Counter(), State()).StartAt(T(0));
        for (var i = 0; i < 2000; i++)
        {
            machine.Read(random.Next(3), machine.Now + TimeSpan.FromSeconds(random.Next(-200, 10)), random.Next(100), (Quality)random.Next(4));
            if (random.Next(2) == 0) machine.Step(machine.Now + TimeSpan.FromSeconds(random.Next(4)));
            if (random.Next(200) == 0)
            {
                var after = machine.Now + TimeSpan.FromSeconds(random.Next(-500, 500));
                machine.Gateway.Reanchor(new ClockStep(machine.Now, after, i));
                machine.Step(after);
            }
        }
        return machine;
    }
}
