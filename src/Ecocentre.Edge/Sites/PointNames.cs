using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Finds the points that other parts of a site file name: by their own name, or by that of a device with just one such point.</summary>
/// <param name="isComplete">False when devices had mistakes of their own: then what is not found may be one of theirs, and is not held against who
/// names it.</param>
internal sealed class PointNames(ImmutableArray<Point> points, bool isComplete)
{
    /// <param name="what">What such a point is called, for people: <c>presence</c>.</param>
    /// <returns>Null after a mistake.</returns>
    internal Point? Find(JsonPlace place, string what, Func<Quantity, bool> fits)
    {
        var name = place.Text();
        if (name.Length == 0) return null;
        if (points.FirstOrDefault(p => p.Name == name) is { } named)
        {
            if (fits(named.Quantity)) return named;
            place.Wrong($"{name} is {named.Quantity.Name}, not {what}.", $"Name a point of {what}.");
            return null;
        }
        var fitting = points.Where(p => p.Device == name && fits(p.Quantity)).ToArray();
        if (fitting.Length == 1) return fitting[0];
        if (fitting.Length > 1)
            place.Wrong($"\"{name}\" has {fitting.Length} points of {what}.", $"Name one: {string.Join(", ", fitting.Select(p => p.Name))}.");
        else if (isComplete)
        {
            var candidates = points.Where(p => fits(p.Quantity)).SelectMany(p => new[] { p.Name, p.Device }).Distinct();
            place.Wrong($"There is no device or point \"{name}\" of {what}.", JsonPlace.Nearest(name, candidates) is { } near
                ? $"Did you mean \"{near}\"?" : "Name a device of \"buses\", or one of its points as in \"roof-air.co2\".");
        }
        return null;
    }
}
