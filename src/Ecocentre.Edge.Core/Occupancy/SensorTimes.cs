using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Occupancy;

/// <summary>The times by which one sensor is judged, in milliseconds.</summary>
/// <param name="Alive">How long a reading speaks for the sensor.</param>
/// <param name="EdgesPerMinuteMax">See <see cref="DeskRules.ChatterEdgesMax"/>.</param>
internal sealed record SensorTimes(long Alive, long OnDelay, long HeldAfter, long Hold, long StuckAfter, int EdgesPerMinuteMax)
{
    internal static SensorTimes Of(Point point, DeskRules rules, GatewayLimits limits) => new(
        (long)(limits.HoldPeriods * point.Period.TotalMilliseconds), (long)rules.OnDelay.TotalMilliseconds,
        (long)rules.HeldAfterOf(point.Quantity).TotalMilliseconds, (long)rules.HoldOf(point.Quantity).TotalMilliseconds,
        (long)rules.StuckAfter.TotalMilliseconds, rules.ChatterEdgesMax);
}
