using System.Diagnostics;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Turns the kernel's edges into ones that alternate on each line, whatever the kernel dropped or saw as one.</summary>
/// <remarks>The kernel drops the oldest edges when its buffer is full; their numbers are missing (uapi linux/gpio.h, struct gpio_v2_line_event: seqno
/// and line_seqno). A later edge of the same line tells how many of its own are missing: as many are made up, spread over the time between.
/// Where no later edge comes, the level that is read tells whether one is missing. Not synchronised.</remarks>
internal sealed class EdgeSequence
{
    // 4096: made up for one line at a time at most, so that a chattering wire does not bury what its neighbours tell. It is two minutes of the fastest
    // S0 pulses (30 ms on, 30 ms off).
    private const int MadeUpMax = 4096;

    // No edge is being told.
    private const int Idle = -1;

    private readonly Line[] _lines;
    private uint _sequence;
    private int _missing = Idle;
    private bool _isTold;

    /// <param name="levels">As read right after the request; edges may have happened between both.</param>
    public EdgeSequence(int lines, ulong levels, long timestamp)
    {
        _lines = new Line[lines];
        for (var i = 0; i < lines; i++)
            _lines[i] = new Line { IsActive = (levels >> i & 1) != 0, At = timestamp };
    }

    /// <summary>Edges whose numbers were missing.</summary>
    public long Lost { get; private set; }

    /// <summary>Numbers were missing since the levels were compared last.</summary>
    public bool IsGapOpen { get; private set; }

    /// <summary>Tells an edge, and those missing before it.</summary>
    /// <returns>False when the room was not enough: call again with the same edge.</returns>
    public bool Tell(in RawEdge edge, Span<LineEdge> destination, ref int count)
    {
        ref var line = ref _lines[edge.Line];
        if (_missing == Idle)
            _missing = Enter(edge, ref line);
        for (; _missing > 0; _missing--)
        {
            if (count == destination.Length)
                return false;
            line.IsActive = !line.IsActive;
            line.At += Math.Max(0, edge.Timestamp - line.At) / (_missing + 1);
            destination[count++] = new LineEdge(edge.Line, line.IsActive, line.At);
        }
        if (!_isTold)
        {
            if (count == destination.Length)
                return false;
            // Edges of different lines may come in another order than they happened, those of one line do not.
            line.At = Math.Max(line.At, edge.Timestamp);
            line.IsActive = edge.IsActive;
            destination[count++] = new LineEdge(edge.Line, edge.IsActive, line.At);
        }
        _missing = Idle;
        return true;
    }

    /// <summary>Tells an edge for each line whose level is not what was told last. Requires: no edge is half told.</summary>
    /// <returns>False when the room was not enough: call again.</returns>
    public bool Compare(ulong levels, long timestamp, Span<LineEdge> destination, ref int count)
    {
        Debug.Assert(_missing == Idle, "An edge is half told.");
        for (var i = 0; i < _lines.Length; i++)
        {
            ref var line = ref _lines[i];
            var isActive = (levels >> i & 1) != 0;
            if (line.IsActive == isActive)
                continue;
            if (count == destination.Length)
                return false;
            (line.IsActive, line.At) = (isActive, Math.Max(line.At, timestamp));
            line.MadeUp++;
            destination[count++] = new LineEdge(i, isActive, line.At);
        }
        IsGapOpen = false;
        return true;
    }

    /// <summary>How many edges are to be made up before this one.</summary>
    private int Enter(in RawEdge edge, ref Line line)
    {
        var missing = (long)unchecked(edge.LineSequence - line.Sequence - 1);
        var isFirst = line.Sequence == 0;
        Count(edge.Sequence);
        line.Sequence = edge.LineSequence;
        var isAgain = line.IsActive == edge.IsActive;
        // Told already: by levels that showed this edge while it was still on its way, or by the very first level.
        _isTold = line.MadeUp > missing || isFirst && isAgain && missing == 0 && edge.Timestamp <= line.At;
        if (_isTold)
        {
            line.MadeUp = Math.Max(0, line.MadeUp - (int)missing - 1);
            return 0;
        }
        missing = Math.Min(missing - line.MadeUp, MadeUpMax);
        line.MadeUp = 0;
        // Levels alternate: an odd number lies before an edge to the level that was told last, an even one before any other. The kernel sees a short
        // pulse as one edge, so that the level that was told last may come again although no number is missing.
        return isAgain == (missing % 2 == 1) ? (int)missing : missing == 0 ? 1 : (int)missing - 1;
    }

    private void Count(uint sequence)
    {
        var ahead = unchecked((int)(sequence - _sequence));
        if (ahead <= 0)
        {
            // The kernel numbers an edge before it puts it into its buffer, and lines do so at the same time: one that was counted as lost came later.
            Lost--;
            return;
        }
        Lost += ahead - 1;
        IsGapOpen |= ahead > 1;
        _sequence = sequence;
    }

    private struct Line
    {
        public bool IsActive;
        public long At;
        public uint Sequence;

        /// <summary>Edges told by levels that were read, of which the kernel's own are still to come.</summary>
        public int MadeUp;
    }
}
