using System.Runtime.InteropServices;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Readings;

/// <summary>One value of a point at an instant, in the point's canonical unit. 24 bytes.</summary>
/// <param name="Value">For a state 0 or 1; NaN when <paramref name="Quality"/> is <see cref="Readings.Quality.Missing"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Reading(PointId Point, Instant At, double Value, Quality Quality);
