using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>An output of something in the simulated building that is active or not: a presence sensor, a meter's pulses. A pure function of
/// time.</summary>
public abstract class BuildingLine
{
    /// <summary>Active and inactive both last at least this long; whoever plays the line late keeps to it.</summary>
    public virtual TimeSpan LengthMin => TimeSpan.Zero;

    /// <summary>When it is active between two instants: in order, apart from each other, cut off at both ends.</summary>
    public abstract IReadOnlyList<BuildingStay> ActiveBetween(Instant from, Instant to);

    public bool IsActive(Instant at) => ActiveBetween(at, at + TimeSpan.FromMilliseconds(1)).Count > 0;

    /// <summary>Joins stretches that touch, or nearly so, and cuts them off at both ends.</summary>
    private protected static List<BuildingStay> Joined(IEnumerable<BuildingStay> inOrder, Instant from, Instant to, TimeSpan gapMin = default)
    {
        var joined = new List<BuildingStay>();
        foreach (var stretch in inOrder)
        {
            if (joined.Count == 0 || stretch.From - joined[^1].To > gapMin) joined.Add(stretch);
            else if (stretch.To > joined[^1].To) joined[^1] = new(joined[^1].From, stretch.To);
        }
        return [.. joined.Select(s => new BuildingStay(s.From > from ? s.From : from, s.To < to ? s.To : to)).Where(s => s.From < s.To)];
    }
}
