using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Core.Tests.Occupancy;

public sealed class OccupancyPlanTests
{
    [Fact]
    public void Space_of_five_desks_a_room_without_desks_and_the_centre_are_cells()
    {
        var plan = Plan(("open", 5, false), ("meeting", 0, true), ("corridor", 0, false));
        Assert.Equal(
            [
                "open.presence", "open.people", "open.desks.occupied", "open.desks.offered", "meeting.presence",
                "centre.presence", "centre.people", "centre.desks.occupied", "centre.desks.offered",
            ], Derived(plan).Select(p => p.Name));
        Assert.All(Derived(plan), p => Assert.True(p.Derived && !p.Private && p.Id.Value == plan.Points.IndexOf(p)));
        Assert.Equal(["open", "meeting", null], Derived(plan).Select(p => p.Place).Distinct());
    }

    [Fact]
    public void Points_that_watch_a_desk_are_private_and_so_is_the_sensor_of_a_room_with_few()
    {
        var plan = Plan(("open", 5, true), ("office", 1, true), ("meeting", 0, true));
        Assert.Equal(
            [("open-room.presence", false), ("office-room.presence", true), ("meeting-room.presence", false)],
            plan.Points.Where(p => p.Name.Contains("-room")).Select(p => (p.Name, p.Private)));
        Assert.All(plan.Points.Where(p => p.Name.StartsWith("pir-")), p => Assert.True(p.Private));
        Assert.DoesNotContain(Derived(plan), p => p.Place == "office");
    }

    [Fact]
    public void Few_desks_in_small_spaces_are_in_no_figure_because_the_difference_would_tell()
    {
        var plan = Plan(("open", 6, false), ("office", 1, false), ("studio", 3, false));
        Assert.Equal([0], plan.Cells[^1].Spaces);
        Assert.Equal([0, 1, 2], Plan(("open", 6, false), ("office", 2, false), ("studio", 3, false)).Cells[^1].Spaces);
    }

    [Fact]
    public void Centre_of_four_desks_keeps_no_figure_at_all() => Assert.Empty(Derived(Plan(("office", 4, false))));

    [Fact]
    public void Site_without_desks_and_sensors_has_its_own_points_only()
    {
        var points = ImmutableArray.Create(Machine.Gauge());
        Assert.Equal(points, OccupancyPlan.None(points).Points);
        Assert.Equal(points, OccupancyPlan.Of(points, [new Space("a", "A", null)], []).Points);
    }

    [Fact]
    public void Desk_of_an_unknown_space_or_a_sensor_that_tells_no_presence_is_a_bug()
    {
        Space[] spaces = [new("a", "A", null)];
        Assert.StartsWith("BUG: desk d", Assert.Throws<ArgumentException>(() => OccupancyPlan.Of([], [.. spaces], [new Desk("d", "d", "b", [])])).Message);
        Assert.StartsWith("BUG: point 0", Assert.Throws<ArgumentException>(() =>
            OccupancyPlan.Of([Machine.Gauge()], [.. spaces], [new Desk("d", "d", "a", [new PointId(0)])])).Message);
        Assert.Throws<ArgumentException>(() => OccupancyPlan.Of([], [.. spaces], [new Desk("d", "d", "a", [new PointId(7)])]));
    }

    private static IEnumerable<Point> Derived(OccupancyPlan plan) => plan.Points.Where(p => p.Derived);

    /// <summary>Spaces of so many desks with a PIR each, some with a sensor for the room.</summary>
    private static OccupancyPlan Plan(params (string Id, int Desks, bool Room)[] spaces)
    {
        var points = ImmutableArray.CreateBuilder<Point>();
        var desks = ImmutableArray.CreateBuilder<Desk>();
        foreach (var (id, count, room) in spaces)
        {
            for (var i = 0; i < count; i++)
            {
                desks.Add(new Desk($"{id}-{i}", $"{id}-{i}", id, [new PointId((ushort)points.Count)]));
                points.Add(Office.Sensor(points.Count) with { Place = id });
            }
            if (room) points.Add(Office.Sensor(points.Count) with { Name = $"{id}-room.presence", Place = id });
        }
        return OccupancyPlan.Of(points.ToImmutable(), [.. spaces.Select(s => new Space(s.Id, s.Id, null))], desks.ToImmutable());
    }
}
