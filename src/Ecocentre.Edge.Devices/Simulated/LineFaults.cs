using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>What is wrong with a line, declared beforehand: the same seed gives the same faults.</summary>
public sealed record LineFaults(int Seed)
{
    /// <summary>Share of its active stretches that never come, 0 to 1. For lines of which the stretches last seconds.</summary>
    public double Dropped { get; init; }

    /// <summary>When it is stuck, and at what.</summary>
    public ImmutableArray<(BuildingStay When, bool IsActive)> Stuck { get; init; } = [];
}

/// <summary>A line with its faults. A pure function of time, as the line itself.</summary>
public sealed class FaultyLine(BuildingLine line, LineFaults faults) : BuildingLine
{
    private const int DroppedStream = 3500;

    public override TimeSpan LengthMin => line.LengthMin;

    public override IReadOnlyList<BuildingStay> ActiveBetween(Instant from, Instant to)
    {
        // A stretch is known by where it really begins, which may lie before the cut.
        var back = TimeSpan.FromMinutes(1);
        var kept = line.ActiveBetween(from - back, to).Where(stretch =>
            BuildingTruthNoise.Uniform(faults.Seed, DroppedStream, stretch.From.UnixMilliseconds) >= faults.Dropped);
        foreach (var (when, isActive) in faults.Stuck)
        {
            kept = kept.SelectMany(stretch => Without(stretch, when));
            if (isActive) kept = kept.Append(when).OrderBy(stretch => stretch.From);
        }
        return Joined(kept, from, to);
    }

    private static IEnumerable<BuildingStay> Without(BuildingStay stretch, BuildingStay hole)
    {
        if (stretch.From < hole.From) yield return new(stretch.From, stretch.To < hole.From ? stretch.To : hole.From);
        if (stretch.To > hole.To) yield return new(stretch.From > hole.To ? stretch.From : hole.To, stretch.To);
    }
}
