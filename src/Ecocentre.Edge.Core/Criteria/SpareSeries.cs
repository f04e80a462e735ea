namespace Ecocentre.Edge.Criteria;

/// <summary>Series that no day needs any more, for days to come: each day of a large centre would else leave six megabytes of garbage.</summary>
/// <remarks>Holds at most what the days that are remembered held at once. One thread.</remarks>
internal sealed class SpareSeries
{
    private readonly Dictionary<int, Stack<DaySeries>> _byCount = [];

    /// <summary>A series of which nothing is known.</summary>
    internal DaySeries Take(int slotCount)
    {
        if (!_byCount.TryGetValue(slotCount, out var spare) || !spare.TryPop(out var series)) return new DaySeries(slotCount);
        series.Clear();
        return series;
    }

    /// <summary>Takes over a series; its owner must not look at it again.</summary>
    internal void Give(DaySeries series)
    {
        if (!_byCount.TryGetValue(series.SlotCount, out var spare)) _byCount[series.SlotCount] = spare = new Stack<DaySeries>();
        spare.Push(series);
    }
}
