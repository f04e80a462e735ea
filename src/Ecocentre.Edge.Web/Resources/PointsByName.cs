using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Web.Resources;

/// <summary>Finds points by their names, in a quarter of the memory that a dictionary of thousands takes for the few that are ever asked for. Immutable;
/// any thread.</summary>
internal sealed class PointsByName
{
    private readonly Point[] _points;

    /// <param name="points">No two of one name.</param>
    internal PointsByName(IEnumerable<Point> points)
    {
        _points = [.. points];
        Array.Sort(_points, static (one, other) => string.CompareOrdinal(one.Name, other.Name));
    }

    /// <summary>The point of that name, or null.</summary>
    internal Point? this[string name]
    {
        get
        {
            var (low, high) = (0, _points.Length);
            while (low < high)
            {
                var middle = low + high >>> 1;
                if (string.CompareOrdinal(_points[middle].Name, name) < 0) low = middle + 1;
                else high = middle;
            }
            return low < _points.Length && _points[low].Name == name ? _points[low] : null;
        }
    }
}
