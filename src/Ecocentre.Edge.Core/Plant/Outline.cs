using System.Collections.Immutable;

namespace Ecocentre.Edge.Plant;

/// <summary>The walls of a space on the drawing of its storey: a polygon, its last corner joined to the first. Immutable; any thread.</summary>
/// <param name="Corners">At least three, in either direction around.</param>
public sealed record Outline(ImmutableArray<FloorPoint> Corners)
{
    /// <summary>Floor inside of it, in m².</summary>
    public double AreaSquareMetres
    {
        get
        {
            var twice = 0.0;
            for (var i = 0; i < Corners.Length; i++) twice += Corners[i].X * Next(i).Y - Next(i).X * Corners[i].Y;
            return Math.Abs(twice) / 2;
        }
    }

    /// <summary>Whether two of its walls, which are not neighbours, meet: then it has no inside.</summary>
    public bool CrossesItself
    {
        get
        {
            for (var i = 0; i < Corners.Length; i++)
                for (var j = i + 2; j < Corners.Length; j++)
                    if ((i > 0 || j < Corners.Length - 1) && Meet(Corners[i], Next(i), Corners[j], Next(j))) return true;
            return false;
        }
    }

    /// <summary>Whether a place lies inside; of places on a wall some do.</summary>
    public bool Contains(FloorPoint place)
    {
        // A ray from an inner place leaves through an odd number of walls.
        var isInside = false;
        for (var i = 0; i < Corners.Length; i++)
        {
            var (a, b) = (Corners[i], Next(i));
            if (a.Y > place.Y != b.Y > place.Y && place.X < a.X + (b.X - a.X) * (place.Y - a.Y) / (b.Y - a.Y)) isInside = !isInside;
        }
        return isInside;
    }

    private FloorPoint Next(int corner) => Corners[(corner + 1) % Corners.Length];

    private static bool Meet(FloorPoint a, FloorPoint b, FloorPoint c, FloorPoint d) =>
        Side(a, b, c) * Side(a, b, d) <= 0 && Side(c, d, a) * Side(c, d, b) <= 0
        && Overlap(a.X, b.X, c.X, d.X) && Overlap(a.Y, b.Y, c.Y, d.Y);

    /// <summary>On which side of the line through the first two the third lies; 0 on it.</summary>
    private static int Side(FloorPoint from, FloorPoint to, FloorPoint place) =>
        Math.Sign((to.X - from.X) * (place.Y - from.Y) - (to.Y - from.Y) * (place.X - from.X));

    private static bool Overlap(double a, double b, double c, double d) => Math.Max(Math.Min(a, b), Math.Min(c, d)) <= Math.Min(Math.Max(a, b), Math.Max(c, d));
}
