using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Gpio;

/// <summary>What one input line means: the state it has, or what its pulses add up to. A <see cref="GpioBank"/> owns it and feeds
/// it.</summary>
public abstract class LineInput
{
    private protected LineInput(Point point, LineSettings line, TimeProvider time)
    {
        (Point, Line, Time) = (point, line, time);
        PeriodTicks = Math.Max(1, TimeSpanTicks.Of(point.Period, time));
        DueAt = time.GetTimestamp();
    }

    /// <summary>The one point that it yields.</summary>
    public Point Point { get; }

    /// <summary>How the line is requested.</summary>
    public LineSettings Line { get; }

    /// <summary>When its level is to be confirmed, in the provider's ticks.</summary>
    internal long DueAt { get; set; }

    /// <summary>Something that weakens what it counts or says, waiting to be told; null when there is nothing.</summary>
    internal string? Complaint { get; private protected set; }

    private protected TimeProvider Time { get; }

    private protected long PeriodTicks { get; }

    /// <summary>The line was requested; what was before is unknown.</summary>
    internal abstract void Begin(long timestamp);

    /// <summary>Takes an edge.</summary>
    /// <returns>A value that is to be told at once, or null.</returns>
    internal abstract LineValue? Take(in LineEdge edge);

    /// <summary>Takes the level as it was read; moves <see cref="DueAt"/> on.</summary>
    internal abstract LineValue Confirm(bool isActive, long timestamp);

    /// <summary>The last word when the gateway stops: what was counted and not told yet, or null.</summary>
    internal virtual LineValue? Untold() => null;

    /// <summary>Edges of the request were lost; perhaps some of this line.</summary>
    internal abstract void EdgesLost();

    internal string? TakeComplaint()
    {
        var complaint = Complaint;
        Complaint = null;
        return complaint;
    }

    /// <summary>Moves on to the next place of the line's grid; what was late is skipped.</summary>
    internal void Advance(long timestamp) => DueAt += Math.Max(1, (timestamp - DueAt) / PeriodTicks + 1) * PeriodTicks;
}

/// <summary>A value of a line at an instant that its bank knows.</summary>
internal readonly record struct LineValue(double Value, Quality Quality);
