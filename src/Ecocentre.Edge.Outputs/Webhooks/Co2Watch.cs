using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>On which side of the limit the CO2 of one point is, and since when. Immutable, because a delivery that fails is gathered again from
/// the state before it.</summary>
/// <param name="Above">The last minute was above.</param>
/// <param name="Since">Start of the first minute of those in a row on that side.</param>
internal sealed record Co2Watch(bool Above, Instant Since)
{
    /// <summary>After one more minute.</summary>
    /// <param name="watch">Null before the first.</param>
    internal static Co2Watch After(Co2Watch? watch, bool above, Instant start) =>
        watch is { } known && known.Above == above ? known : new Co2Watch(above, start);
}
