using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Gpio;

/// <summary>A line as a state: 1 while active, 0 while not. Each change is told at once, the level again in every confirm time.</summary>
/// <remarks>Readings of the warm-up are questionable; it begins whenever the line is requested, since a sensor most often gets its power
/// together with the gateway. A line that changes too often to be told each time is questionable, too, until it was calmer for a confirm time.
/// Sources: Panasonic EKMC/EKMB (PaPIRs), circuit stability time; facts on HC-SR501 in hardware/datasheets.md.</remarks>
public sealed class ContactInput : LineInput
{
    // Changes of one confirm time that are told one by one: a person makes a few; a loose wire thousands, and would take the others' time. 8 a
    // second are 480 a minute, so that a desk, which calls its sensor loose at 300 a minute (DeskRules.ChatterEdgesMax), learns of them.
    private const int ChangesMin = 32, ChangesPerSecondMax = 8;

    private readonly ContactOptions _options;
    private readonly int _changesMax;
    private long _warmUntil;
    private int _changes;
    private bool _isChattering;

    /// <exception cref="ArgumentException">The options have faults.</exception>
    public ContactInput(ContactOptions options, PointId id, TimeProvider time)
        : base(options.ToPoint(id), options.Line, time)
    {
        _options = options;
        _changesMax = Math.Max(ChangesMin, (int)Math.Ceiling(options.Confirm.TotalSeconds * ChangesPerSecondMax));
    }

    internal override void Begin(long timestamp)
    {
        _warmUntil = Time.After(timestamp, _options.WarmUp);
        (_changes, _isChattering) = (0, false);
        DueAt = timestamp;
    }

    internal override LineValue? Take(in LineEdge edge)
    {
        if (++_changes <= _changesMax) return ValueOf(edge.IsActive, edge.Timestamp);
        if (!_isChattering)
            Complaint = $"{Point.Device} changes more than {_changesMax} times in {Point.Period.TotalSeconds} s; " +
                "what it says is questionable until it calms down. Look for a loose wire or raise its debounce.";
        _isChattering = true;
        return null;
    }

    internal override LineValue Confirm(bool isActive, long timestamp)
    {
        Advance(timestamp);
        // The first trustworthy level need not wait for the grid.
        if (timestamp < _warmUntil && _warmUntil < DueAt) DueAt = _warmUntil;
        _isChattering &= _changes > _changesMax;
        _changes = 0;
        return ValueOf(isActive, timestamp);
    }

    internal override void EdgesLost() => DueAt = Math.Min(DueAt, Time.GetTimestamp());

    private LineValue ValueOf(bool isActive, long timestamp) =>
        new(isActive ? 1 : 0, timestamp < _warmUntil || _isChattering ? Quality.Questionable : Quality.Good);
}
