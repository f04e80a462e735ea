using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Windows;

/// <summary>What is kept of a minute window while a late reading may still revise it: an <see cref="Aggregate"/> without what its place says.</summary>
internal readonly record struct ClosedMinute(
    int Revision, int Count, double Min, double Max, double Mean, double Last, double Delta, double Coverage)
{
    internal ClosedMinute(in Aggregate whole)
        : this(whole.Revision, whole.Count, whole.Min, whole.Max, whole.Mean, whole.Last, whole.Delta, whole.Coverage)
    {
    }

    /// <summary>The aggregate, to the bit.</summary>
    internal Aggregate Whole(PointId point, Window window) => new(point, WindowKind.Minute, window, Revision, Count, Min, Max, Mean, Last, Delta, Coverage);
}
