using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Gpio;

/// <summary>A line as a counter: the meter's register when counting began, plus what each pulse since is worth.</summary>
/// <remarks>
/// <para>Nobody counts while the gateway is down or the chip is away. A run that takes up an earlier one's register says so once; the true
/// register can be entered by hand. Readings over a time in which pulses may have been lost are questionable, and the loss is told.</para>
/// <para>Source: IEC 62053-31 (S0), on and off at least 30 ms each, transitions under 5 ms.</para>
/// </remarks>
public sealed class PulseInput : LineInput
{
    // Of the shortest pulse and pause together. 0.8: debounce and interrupts move a stamp by some milliseconds, and what comes nearer is no pulse.
    private const double NearestShare = 0.8;

    private readonly PulseOptions _options;
    private readonly CounterCarry? _carry;
    private readonly double _begin;
    private readonly long _nearestTicks;
    private long _pulses, _pulsesTold, _pulsesNear, _lastAt;
    private bool _hasBegun, _hasPulse, _isDoubtful, _isNoisy;

    /// <param name="carry">The last register of this point that the log knows; it wins over the options' one. Null when it knows
    /// none.</param>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    public PulseInput(PulseOptions options, PointId id, CounterCarry? carry, TimeProvider time)
        : base(options.ToPoint(id), options.Line, time)
    {
        (_options, _carry) = (options, carry);
        _begin = carry is not { } known ? options.Register : double.IsNaN(known.Newest) ? known.Register : known.Newest;
        _nearestTicks = TimeSpanTicks.Of(2 * options.PulseLength * NearestShare, time);
    }

    /// <summary>The register in the canonical unit, newest pulses included. Multiplied, not added up: no error grows with the pulses. Any
    /// thread.</summary>
    public double Register => _begin + Volatile.Read(ref _pulses) * _options.PerPulse;

    internal override void Begin(long timestamp)
    {
        if (_hasBegun)
            Doubt($"{Point.Device} was away; pulses of that time are not counted. It goes on from {Register:0.######} {Point.Quantity.Unit}.");
        else if (_carry is { } carry)
            Doubt($"{Point.Device} goes on from {Register:0.######} {Point.Quantity.Unit}, stored at {carry.At}; pulses since were not counted.");
        (_hasBegun, _hasPulse) = (true, false);
        DueAt = timestamp;
    }

    internal override LineValue? Take(in LineEdge edge)
    {
        if (!edge.IsActive) return null;
        if (_hasPulse && edge.Timestamp - _lastAt < _nearestTicks)
        {
            if (_pulsesNear++ == 0 && !_isNoisy)
                Doubt($"{Point.Device} has pulses nearer than {2 * _options.PulseLength.TotalMilliseconds} ms; they are noise and not counted. " +
                    "Look for a bouncing contact or raise its debounce.");
            _isDoubtful = true;
            return null;
        }
        (_lastAt, _hasPulse) = (edge.Timestamp, true);
        Volatile.Write(ref _pulses, _pulses + 1);
        return null;
    }

    internal override LineValue Confirm(bool isActive, long timestamp)
    {
        Advance(timestamp);
        _pulsesTold = _pulses;
        var quality = _isDoubtful ? Quality.Questionable : Quality.Good;
        // Noise is told once, until a whole period is without.
        (_isDoubtful, _isNoisy, _pulsesNear) = (false, _pulsesNear > 0, 0);
        return new LineValue(Register, quality);
    }

    internal override LineValue? Untold() =>
        _pulses > _pulsesTold ? new LineValue(Register, _isDoubtful ? Quality.Questionable : Quality.Good) : null;

    internal override void EdgesLost()
    {
        _isDoubtful = true;
        DueAt = Math.Min(DueAt, Time.GetTimestamp());
    }

    private void Doubt(string complaint) => (_isDoubtful, Complaint) = (true, complaint);
}
