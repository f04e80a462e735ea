using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;
using static Ecocentre.Edge.Core.Tests.Occupancy.Office;

namespace Ecocentre.Edge.Core.Tests.Occupancy;

/// <summary>An open space of ten desks, a meeting room with a sensor of its own, and a studio of one desk.</summary>
public sealed class SpaceBoardTests
{
    private readonly Office _office = new(
        [new Space("open", "Open space", null), new Space("meeting", "Meeting", null), new Space("studio", "Studio", null)],
        [
            .. Enumerable.Range(0, 10).Select(i => Desk(DeskRules.Default with { Hold = TimeSpan.FromMinutes(1) }, i)),
            Desk(DeskRules.Default, 10) with { Space = "studio" },
        ],
        Sensor(0) with { Name = "meeting.pir", Place = "meeting" }, Sensor(0) with { Name = "studio.pir", Place = "studio" });

    private readonly List<Aggregate> _windows = [];

    [Fact]
    public void Spaces_count_their_desks_and_the_rooms_sensor()
    {
        Run(0, 70, taken: []);
        Assert.Equal(
            [new SpaceOccupancy(0, 10, 0, 0, 10, false), new SpaceOccupancy(1, 0, 0, 0, 0, null), new SpaceOccupancy(2, 1, 0, 1, 0, null)], Spaces());
        Run(80, 90, taken: [2, 3, 10]);
        Assert.Equal(
            [new SpaceOccupancy(0, 10, 2, 0, 8, true), new SpaceOccupancy(1, 0, 0, 0, 0, null), new SpaceOccupancy(2, 1, 1, 0, 0, true)], Spaces());
        Read(91, "meeting.pir", 1);
        Read(91, "studio.pir", 0);
        Assert.Equal([true, true, true], Spaces().Select(s => s.IsOccupied));
    }

    [Fact]
    public void Figures_that_change_with_every_step_are_all_kept()
    {
        var incidents = new List<Ecocentre.Edge.Evidence.IncidentKind>();
        var office = new Office([.. Enumerable.Range(0, 5).Select(i => Desk(DeskRules.Default with { Hold = TimeSpan.Zero, HeldAfter = TimeSpan.Zero }, i))]);
        for (var second = 0; second < 600; second++)
        {
            // The first of five comes and goes each second.
            for (var desk = 0; desk < 5; desk++) office.Read(second, desk == 0 ? second % 2 : 0, desk);
            office.Settle(second);
            var step = office.Gateway.Step(T(second));
            if (!step.Incidents.IsDefault) incidents.AddRange(step.Incidents.Select(i => i.Kind));
            if (!step.Windows.IsDefault) _windows.AddRange(step.Windows.Where(w => office.Plan.Points[w.Point.Value].Name == "open.desks.occupied"));
        }
        Assert.DoesNotContain(Ecocentre.Edge.Evidence.IncidentKind.Crowded, incidents);
        Assert.All(_windows.Where(w => w.Kind == WindowKind.Minute).Skip(1), w => Assert.Equal((60, 1.0), (w.Count, w.Coverage)));
    }

    [Fact]
    public void Derived_points_have_windows_and_readings_at_once_when_they_change()
    {
        Run(0, 110, taken: []);
        Run(120, 170, taken: [0, 1, 2]);
        Run(180, 420, taken: [0]);
        Run(430, 640, taken: []);
        Assert.Equal((3.0, 1.0), (Minute("open.people", 2).Mean, Minute("open.people", 2).Coverage));
        Assert.Equal((60.0, 1.0), (Minute("open.presence", 2).Delta, Minute("open.presence", 2).Coverage));
        // Two of them leave at 180 s and their desks are free at 240 s; held desks are taken ones.
        Assert.Equal(3, Minute("open.desks.occupied", 3).Mean);
        Assert.Equal(1, Minute("open.desks.occupied", 4).Mean);
        Assert.Equal(10, Minute("open.desks.offered", 4).Mean);
        // The last one leaves at 430 s: his desk is free at 490 s, ten seconds into its minute.
        Assert.Equal((1.0, 10.0), (Minute("open.people", 8).Max, Minute("open.presence", 8).Delta));
        // Nobody heard of the meeting room.
        Assert.Equal(0, Minute("meeting.presence", 4).Coverage);
        Assert.DoesNotContain(_windows, w => Point(w.Point).Private);
        Assert.DoesNotContain(_windows, w => Point(w.Point).Place == "studio");
    }

    [Fact]
    public void One_sensor_of_ten_may_be_away_before_a_count_stops_being_evidence()
    {
        Run(0, 190, taken: [], silent: [4]);
        Assert.Equal((0.0, 1.0), (Minute("open.people", 2).Mean, Minute("open.people", 2).Coverage));
        Assert.Equal(9, Minute("open.desks.offered", 2).Last);
        Assert.False(Spaces()[0].IsOccupied);
        Run(200, 330, taken: [1], silent: [4, 5]);
        // A lower bound that is no coverage; that somebody is there is sure all the same.
        Assert.Equal((1.0, 0.0), (Minute("open.people", 4).Mean, Minute("open.people", 4).Coverage));
        Assert.Equal((60.0, 1.0), (Minute("open.presence", 4).Delta, Minute("open.presence", 4).Coverage));
        Run(340, 600, taken: [], silent: [4, 5]);
        Assert.Equal(0, Minute("open.presence", 8).Coverage);
        Assert.Null(Spaces()[0].IsOccupied);
    }

    [Fact]
    public void Sensor_of_a_room_is_held_like_that_of_a_desk()
    {
        for (var at = 0; at <= 1800; at += 10)
        {
            Read(at, "meeting.pir", at is >= 900 and < 960 ? 1 : 0);
            Run(at, at, taken: []);
        }
        Assert.Equal([0.0, 60.0, 60.0, 0.0], new[] { 14, 15, 25, 26 }.Select(minute => Minute("meeting.presence", minute).Delta));
        // Its own point flickers as it does.
        Assert.Equal(60, Minute("meeting.pir", 15).Delta);
        Assert.Equal(0, Minute("meeting.pir", 16).Delta);
    }

    [Fact]
    public void Spaces_need_no_trusted_clock_and_their_figures_do()
    {
        _office.Gateway.ClockTrusted = false;
        Run(0, 190, taken: [1]);
        Read(190, "meeting.pir", 1);
        Assert.Equal([true, true], Spaces()[..2].Select(s => s.IsOccupied));
        Assert.Equal((1.0, 0.0), (Minute("open.people", 2).Mean, Minute("open.people", 2).Coverage));
    }

    [Fact]
    public void Centre_sums_what_may_be_told_and_leaves_the_single_desk_out()
    {
        Run(0, 110, taken: []);
        Read(115, "meeting.pir", 1);
        Run(120, 250, taken: [0, 1, 10]);
        Assert.Equal(3, Minute("centre.people", 2).Max);
        Assert.Equal(2, Minute("centre.desks.occupied", 3).Last);
        Assert.Equal(10, Minute("centre.desks.offered", 3).Last);
    }

    [Fact]
    public void Nothing_of_a_private_point_stands_in_a_snapshot()
    {
        Run(0, 60, taken: [1]);
        Read(60, "studio.pir", 1);
        var snapshot = _office.Gateway.TakeSnapshot(T(61));
        foreach (var point in _office.Plan.Points.Where(p => p.Private))
        {
            var latest = snapshot.Latest[point.Id.Value];
            Assert.Equal((default, Quality.Missing), (latest.At, latest.Quality));
            Assert.True(double.IsNaN(latest.Value));
            Assert.Equal((0, 0.0), (snapshot.Live[point.Id.Value].Count, snapshot.Live[point.Id.Value].Coverage));
            Assert.True(double.IsNaN(snapshot.Live[point.Id.Value].Last));
        }
        Assert.Equal(DeskState.Occupied, snapshot.Desks[1].State);
        Assert.True(snapshot.Spaces[2].IsOccupied);
    }

    [Fact]
    public void Clock_set_back_leaves_the_figures_whole()
    {
        Run(0, 130, taken: [3]);
        _office.Gateway.Reanchor(new ClockStep(T(131), T(-5000), 1));
        for (var at = -5000; at <= -4800; at += 10) Run(at, at, taken: [3]);
        var minutes = _windows.Where(w => Point(w.Point).Name == "open.people" && w.Kind == WindowKind.Minute && w.Window.Start < T(-4800) && w.Window.Start > T(-4950));
        Assert.NotEmpty(minutes);
        Assert.All(minutes, w => Assert.Equal((1.0, 1.0), (w.Mean, w.Coverage)));
        Assert.DoesNotContain(_office.Gateway.Step(T(-4700)).Incidents, i => i.Kind == Ecocentre.Edge.Evidence.IncidentKind.Crowded);
    }

    /// <summary>Every ten seconds each desk's sensor says whether somebody is there, and the gateway takes its beats.</summary>
    private void Run(double from, double to, int[] taken, int[]? silent = null)
    {
        for (var at = from; at <= to; at += 10)
        {
            for (var desk = 0; desk < 11; desk++)
                if (silent?.Contains(desk) != true && (desk < 10 || taken.Contains(desk))) _office.Read(at, taken.Contains(desk) ? 1 : 0, desk);
            for (var beat = 0; beat < 10; beat++)
            {
                _office.Settle(at + beat);
                _windows.AddRange(_office.Gateway.Step(T(at + beat)).Windows);
            }
        }
    }

    private void Read(double at, string point, double value) => _office.Read(at, value, _office.Plan.Points.Single(p => p.Name == point).Id.Value);

    private SpaceOccupancy[] Spaces() => [.. _office.Gateway.TakeSnapshot(T(0) + (_office[0].ObservedAt - T(0))).Spaces];

    private Aggregate Minute(string point, int minute) =>
        _windows.Last(w => w.Kind == WindowKind.Minute && Point(w.Point).Name == point && w.Window.Start == T(60 * minute));

    private Point Point(PointId id) => _office.Plan.Points[id.Value];
}
