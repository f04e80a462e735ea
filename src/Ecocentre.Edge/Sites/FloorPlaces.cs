using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads where walls and desks are on the drawing of a storey.</summary>
internal static class FloorPlaces
{
    // From the corner a drawing counts from: a longer building has typing errors in it.
    private const double MetresMax = 1_000;

    // A wall of each metre around a large hall; every page that shows the plan gets them all.
    private const int CornersMax = 200;

    internal static Outline? Outline(JsonPlace place)
    {
        var corners = place.Items(countMin: 3);
        if (corners.Count > CornersMax) place.Wrong($"has {corners.Count} corners.", $"Give at most {CornersMax}: a plan is no survey.");
        if (corners.Count is < 3 or > CornersMax) return null;
        FloorPoint?[] points = [.. corners.Select(Point)];
        // A corner that is wrong was named; what the others enclose says nothing then.
        if (points.Any(point => point is null)) return null;
        var outline = new Outline([.. points.Select(point => point!.Value)]);
        if (outline.CrossesItself) place.Wrong("has walls that cross each other.", "Give its corners in the order in which one walks around.");
        else if (outline.AreaSquareMetres <= 0) place.Wrong("encloses nothing.", "Give its corners in m, as in [[0, 0], [8, 0], [8, 5], [0, 5]].");
        return outline;
    }

    internal static FloorPoint? Desk(JsonPlace place, Space? space)
    {
        if (Point(place) is not { } at) return null;
        if (space is { Outline: null }) place.Wrong($"stands in \"{space.Id}\", which has no outline.", "Give that space an \"outline\", or remove this.");
        else if (space?.Outline is { CrossesItself: false } outline && !outline.Contains(at))
            place.Wrong($"lies outside of \"{space.Id}\".", "Both count in m from the same corner of the drawing: x to the right, y downwards.");
        return at;
    }

    private static FloorPoint? Point(JsonPlace place)
    {
        var numbers = place.Items();
        if (place.IsArray && numbers.Count != 2) place.Wrong($"has {numbers.Count} numbers.", "Write a place as [x, y] in m, as in [2.5, 4].");
        if (numbers.Count != 2) return null;
        var point = new FloorPoint(numbers[0].Number(-MetresMax, MetresMax), numbers[1].Number(-MetresMax, MetresMax));
        return numbers.All(number => number.IsNumber && Math.Abs(number.Number()) <= MetresMax) ? point : null;
    }
}
