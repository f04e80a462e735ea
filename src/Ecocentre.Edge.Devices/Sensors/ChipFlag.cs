using System.Collections.Immutable;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>A bit of a chip's status word, and what it means for its readings.</summary>
/// <param name="Bit">From 0.</param>
/// <param name="Words">For people; null where the bit is no complaint.</param>
/// <param name="Invalid">Quantities that are worth nothing while it is set.</param>
/// <param name="Doubtful">Quantities that are questionable while it is set.</param>
internal sealed record ChipFlag(int Bit, string? Words, ImmutableArray<string> Invalid, ImmutableArray<string> Doubtful)
{
    /// <summary>Lowers the qualities that a status word speaks of, and puts its complaints together.</summary>
    /// <returns>True when the chip complains.</returns>
    public static bool Apply(ImmutableArray<ChipFlag> flags, uint status, SensorValues values)
    {
        foreach (var flag in flags)
        {
            if ((status >> flag.Bit & 1) == 0) continue;
            foreach (var quantity in flag.Invalid) values.Doubt(quantity, Quality.Invalid);
            foreach (var quantity in flag.Doubtful) values.Doubt(quantity);
            if (flag.Words is { } words) values.Complaint = values.Complaint is { } others ? $"{others} {words}" : words;
        }
        return values.Complaint is not null;
    }
}
