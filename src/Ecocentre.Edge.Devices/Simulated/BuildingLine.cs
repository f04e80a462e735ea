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

    /// <summary>Cuts stretches off at both ends and joins those that touch.</summary>
    private protected static List<BuildingStay> Joined(IEnumerable<BuildingStay> inOrder, Instant from, Instant to)
    {
        var joined = new List<BuildingStay>();
        foreach (var stretch in inOrder)
        {
            var cut = new BuildingStay(stretch.From > from ? stretch.From : from, stretch.To < to ? stretch.To : to);
            if (cut.From >= cut.To) continue;
            if (joined.Count > 0 && joined[^1].To >= cut.From) joined[^1] = new(joined[^1].From, cut.To > joined[^1].To ? cut.To : joined[^1].To);
            else joined.Add(cut);
        }
        return joined;
    }
}
