namespace Ecocentre.Edge.Time;

/// <summary>The gateway's time: an anchor plus monotonic elapsed time. The wall clock is only listened to, by <see cref="Observe"/>.</summary>
/// <remarks><see cref="Now"/> may be read from any thread; <see cref="Observe"/> belongs to the gateway loop.</remarks>
public sealed class GatewayClock
{
    public GatewayClock(TimeProvider time, GatewayLimits limits) => throw new NotImplementedException();

    /// <summary>Anchor plus monotonic elapsed time. Never steps, except by <see cref="Observe"/>.</summary>
    public Instant Now => throw new NotImplementedException();

    /// <summary>Counted from 0 at start; one more with every step.</summary>
    public int Era => throw new NotImplementedException();

    /// <summary>Compares wall time with derived time, once a beat. When they differ by more than
    /// <see cref="GatewayLimits.ClockDifferenceMax"/> for <see cref="GatewayLimits.ClockBeats"/> beats in a row, moves the anchor.</summary>
    /// <returns>The step taken, or null.</returns>
    public ClockStep? Observe() => throw new NotImplementedException();
}
