using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Occupancy;

/// <summary>A centre's desks and spaces with the points that tell of them: the measured ones, marked private where they must be, and after them those
/// that the gateway derives. Immutable; made once at load.</summary>
/// <remarks>
/// <para>The privacy rule. Nobody's presence may be read from what is kept. So a point that watches a desk is private: it feeds the desk's state, and
/// neither its readings nor windows of it exist outside of the gateway's memory. Occupancy is kept by cell only, and a cell has at least
/// <see cref="CellDesksMin"/> desks or none: a space of that many, a room without desks, or the centre. A presence or people sensor of a space with
/// fewer desks is private too, because it tells the same as they do. Such small spaces are counted in the centre, unless all of them together have fewer
/// desks than a cell must have: then they are in no figure, because the centre less the other spaces would tell what they do. The size of five is practice
/// (DESIGN part 11); no regulator names one.</para>
/// <para>Derived points of a cell, named by the space or <c>centre</c>: <c>presence</c> (somebody is there), <c>people</c> (desks taken, or more where a
/// people counter or a room's sensor says so), <c>desks.occupied</c> (occupied or held), <c>desks.offered</c> (desks whose state is known). They are
/// good while at most a tenth of the desks is unknown, questionable (a lower bound) beyond, missing when nothing is known.</para>
/// </remarks>
public sealed class OccupancyPlan
{
    /// <summary>Fewest desks of which a figure may be kept.</summary>
    public const int CellDesksMin = 5;

    /// <summary>Name of the cell that is the whole centre; no space may be called so.</summary>
    public const string Centre = "centre";

    // Made at changes and at least so often.
    private static readonly TimeSpan DerivedPeriod = TimeSpan.FromMinutes(1);

    private OccupancyPlan(ImmutableArray<Point> points, ImmutableArray<Space> spaces, ImmutableArray<Desk> desks,
        ImmutableArray<OccupancyCell> cells) =>
        (Points, Spaces, Desks, Cells) = (points, spaces, desks, cells);

    /// <summary>All points by their id, the derived ones last.</summary>
    public ImmutableArray<Point> Points { get; }

    public ImmutableArray<Space> Spaces { get; }

    public ImmutableArray<Desk> Desks { get; }

    /// <summary>Hold times and the like of presence sensors that watch a room.</summary>
    public DeskRules RoomRules { get; init; } = DeskRules.Default;

    internal ImmutableArray<OccupancyCell> Cells { get; }

    /// <summary>A centre of which nobody declared desks or spaces.</summary>
    public static OccupancyPlan None(ImmutableArray<Point> points) => new(points, [], [], []);

    /// <param name="measured">The site's points, ids dense from 0 in order.</param>
    /// <param name="desks">Each in one of <paramref name="spaces"/>, its sensors among <paramref name="measured"/>.</param>
    /// <param name="roomRules">See <see cref="RoomRules"/>; null for the usual.</param>
    /// <exception cref="ArgumentException">A desk names a space or a point that is not there, or a sensor that tells no presence.</exception>
    public static OccupancyPlan Of(ImmutableArray<Point> measured, ImmutableArray<Space> spaces, ImmutableArray<Desk> desks,
        DeskRules? roomRules = null)
    {
        var sensors = new HashSet<PointId>();
        foreach (var desk in desks)
        {
            if (spaces.All(space => space.Id != desk.Space))
                throw new ArgumentException($"BUG: desk {desk.Id} stands in {desk.Space}, which is not declared.", nameof(desks));
            foreach (var sensor in desk.Sensors)
            {
                if (sensor.Value >= measured.Length || measured[sensor.Value].Quantity.Name is not ("presence" or "contact"))
                    throw new ArgumentException($"BUG: point {sensor.Value} of desk {desk.Id} does not tell presence.", nameof(desks));
                sensors.Add(sensor);
            }
        }
        var desksOf = spaces.ToDictionary(space => space.Id, space => desks.Count(desk => desk.Space == space.Id), StringComparer.Ordinal);
        bool IsSmall(string? space) => space is not null && desksOf.GetValueOrDefault(space) is > 0 and < CellDesksMin;
        ImmutableArray<Point> known =
        [
            .. measured.Select(point => sensors.Contains(point.Id) || IsRoomSensor(point) && IsSmall(point.Place)
                ? point with { Private = true } : point),
        ];
        var cells = new List<OccupancyCell>();
        var derived = known.ToBuilder();
        var inCentre = new List<int>();
        var smallDesks = desksOf.Values.Where(count => count < CellDesksMin).Sum();
        foreach (var (index, space) in spaces.Index())
        {
            var rooms = known.Where(point => IsRoomSensor(point) && point.Place == space.Id && !sensors.Contains(point.Id)).ToArray();
            if (desksOf[space.Id] == 0 && rooms.Length == 0) continue;
            if (!IsSmall(space.Id) || smallDesks >= CellDesksMin) inCentre.Add(index);
            if (!IsSmall(space.Id))
                cells.Add(Cell(derived, space.Id, [index], desksOf[space.Id] > 0, desksOf[space.Id] > 0
                    || rooms.Any(room => room.Quantity.Name == "people")));
        }
        if (inCentre.Count > 0)
        {
            var centreDesks = inCentre.Any(index => desksOf[spaces[index].Id] > 0);
            cells.Add(Cell(derived, null, [.. inCentre], centreDesks, hasPeople: true));
        }
        return new OccupancyPlan(derived.ToImmutable(), spaces, desks, [.. cells]) { RoomRules = roomRules ?? DeskRules.Default };
    }

    /// <summary>A point that tells of a room rather than of a desk, where no desk names it.</summary>
    internal static bool IsRoomSensor(Point point) => !point.Derived && point.Quantity.Name is ("presence" or "people");

    private static OccupancyCell Cell(ImmutableArray<Point>.Builder points, string? space, ImmutableArray<int> spaces, bool hasDesks,
        bool hasPeople) => new(
        spaces,
        Add(points, space, "presence"),
        hasPeople ? Add(points, space, "people") : null,
        hasDesks ? Add(points, space, "desks.occupied") : null,
        hasDesks ? Add(points, space, "desks.offered") : null);

    private static PointId Add(ImmutableArray<Point>.Builder points, string? space, string quantity)
    {
        var id = new PointId((ushort)points.Count);
        points.Add(new Point
        {
            Id = id, Name = $"{space ?? Centre}.{quantity}", Device = space ?? Centre, Place = space, Period = DerivedPeriod, Derived = true, Min = 0,
            Quantity = Quantity.TryGet(quantity, out var found) ? found : throw new InvalidOperationException($"BUG: no quantity {quantity}."),
        });
        return id;
    }
}

/// <summary>Spaces of which figures are kept together, and the points these figures are.</summary>
/// <param name="Spaces">Indices into the plan's spaces.</param>
internal sealed record OccupancyCell(
    ImmutableArray<int> Spaces, PointId Presence, PointId? People, PointId? DesksOccupied, PointId? DesksOffered);
