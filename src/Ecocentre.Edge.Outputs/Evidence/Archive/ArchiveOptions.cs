using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>How much the archive may hold and for how long. Leaves are kept for ever: what is taken away can still be proven to have been.</summary>
public sealed record ArchiveOptions
{
    /// <summary>The bounds used where a site says nothing.</summary>
    public static ArchiveOptions Default { get; } = new();

    /// <summary>The smallest <see cref="BytesMax"/>: some weeks of a small centre.</summary>
    public const long BytesMaxFloor = 16L << 20;

    /// <summary>Most bytes of day files; beyond it the oldest minutes go, then the oldest windows. 4 GiB: a year of minutes and ten of windows of 400
    /// points.</summary>
    public long BytesMax { get; init; } = 4L << 30;

    /// <summary>How long rounded minutes are kept. 400 days: a year and a month to compare it with.</summary>
    public TimeSpan MinutesKeep { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How long minutes of quantities are kept that tell who is there (<see cref="OccupancyHistory.IsOccupancy"/>): they are needed to judge
    /// late windows again, and for nothing after that.</summary>
    public TimeSpan OccupancyMinutesKeep { get; init; } = TimeSpan.FromDays(35);

    /// <summary>How long windows are kept bit for bit. 3,660 days: ten years, as long as accounts are kept.</summary>
    public TimeSpan WindowsKeep { get; init; } = TimeSpan.FromDays(3_660);

    /// <summary>Points that are kept for another time than the rest, by name.</summary>
    public ImmutableDictionary<string, PointKeep> Points { get; init; } = ImmutableDictionary<string, PointKeep>.Empty;

    internal TimeSpan MinutesKeepOf(Series series) => Points.GetValueOrDefault(series.Name)?.Minutes
        ?? (OccupancyHistory.IsOccupancy(series.Quantity) && OccupancyMinutesKeep < MinutesKeep ? OccupancyMinutesKeep : MinutesKeep);

    internal TimeSpan WindowsKeepOf(Series series) => Points.GetValueOrDefault(series.Name)?.Windows ?? WindowsKeep;
}

/// <summary>How long one point is kept; null where it is kept as long as the rest.</summary>
public sealed record PointKeep(TimeSpan? Minutes, TimeSpan? Windows);
