using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Windows;

/// <summary>What a point did in a window. Values are in the point's canonical unit and NaN where nothing is known.</summary>
/// <param name="Revision">0 when first closed; one more each time a late reading changed it. The highest revision is the one that counts.</param>
/// <param name="Count">Readings used (good and questionable) whose time lies in the window.</param>
/// <param name="Mean">Gauges: weighted by the time each reading held. States: share of the known time that was on, 0 to 1. Counters: NaN.</param>
/// <param name="Last">The value in force at the end of the window: for a counter its register.</param>
/// <param name="Delta">Counters: growth of the register. The growth between two readings belongs to the window of the second; nothing is
/// interpolated, so deltas of consecutive windows add up to the difference of the register. States: seconds on. Gauges: NaN.</param>
/// <param name="Coverage">Share of the window backed by good readings, 0 to 1.</param>
public readonly record struct Aggregate(
    PointId Point, WindowKind Kind, Window Window, int Revision, int Count,
    double Min, double Max, double Mean, double Last, double Delta, double Coverage);
