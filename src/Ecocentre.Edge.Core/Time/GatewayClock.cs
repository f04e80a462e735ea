namespace Ecocentre.Edge.Time;

/// <summary>The gateway's time: an anchor plus monotonic elapsed time. The wall clock is only listened to, by <see cref="Observe"/>.</summary>
/// <remarks><see cref="Now"/> may be read from any thread; <see cref="Observe"/> belongs to the gateway loop.</remarks>
public sealed class GatewayClock
{
    private readonly TimeProvider _time;
    private readonly GatewayLimits _limits;
    private Anchor _anchor;
    private int _beatsApart;

    public GatewayClock(TimeProvider time, GatewayLimits limits)
    {
        (_time, _limits) = (time, limits);
        _anchor = new Anchor(Instant.From(time.GetUtcNow()), time.GetTimestamp(), 0);
    }

    /// <summary>Anchor plus monotonic elapsed time. Never steps, except by <see cref="Observe"/>.</summary>
    public Instant Now => At(Volatile.Read(ref _anchor), _time.GetTimestamp());

    /// <summary>Counted from 0 at start; one more with every step.</summary>
    public int Era => Volatile.Read(ref _anchor).Era;

    /// <summary>Compares wall time with derived time, once a beat. When they differ by more than
    /// <see cref="GatewayLimits.ClockDifferenceMax"/> for <see cref="GatewayLimits.ClockBeats"/> beats in a row, moves the anchor.</summary>
    /// <returns>The step taken, or null.</returns>
    public ClockStep? Observe()
    {
        var timestamp = _time.GetTimestamp();
        var wall = Instant.From(_time.GetUtcNow());
        var derived = At(_anchor, timestamp);
        if ((wall - derived).Duration() <= _limits.ClockDifferenceMax)
        {
            _beatsApart = 0;
            return null;
        }
        if (++_beatsApart < _limits.ClockBeats) return null;
        _beatsApart = 0;
        var anchor = new Anchor(wall, timestamp, _anchor.Era + 1);
        Volatile.Write(ref _anchor, anchor);
        return new ClockStep(derived, wall, anchor.Era);
    }

    private Instant At(Anchor anchor, long timestamp) => anchor.Wall + _time.GetElapsedTime(anchor.Timestamp, timestamp);

    /// <summary>One object, so that a reader on another thread never sees half of a move.</summary>
    private sealed record Anchor(Instant Wall, long Timestamp, int Era);
}
