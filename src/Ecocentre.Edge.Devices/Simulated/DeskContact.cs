using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A sensor under a desk that sees people even when they sit still (a radar, a seat mat): active while the desk is taken, a second late.</summary>
public sealed class DeskContact(BuildingTruth truth, int desk) : BuildingLine
{
    /// <summary>From somebody's coming or leaving to the line's.</summary>
    public static TimeSpan Lag { get; } = TimeSpan.FromSeconds(1);

    public override TimeSpan LengthMin => TimeSpan.FromMilliseconds(60);

    public override IReadOnlyList<BuildingStay> ActiveBetween(Instant from, Instant to) =>
        Joined(truth.DeskStays(desk, from - Lag, to - Lag).Select(stay => new BuildingStay(stay.From + Lag, stay.To + Lag)), from, to);
}
