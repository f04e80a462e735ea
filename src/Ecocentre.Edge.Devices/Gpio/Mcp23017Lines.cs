using System.Collections.Immutable;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Gpio;

/// <summary>Up to sixteen input lines of an MCP23017 expander on an I2C bus, for a <see cref="GpioBank"/>: line 0 to 7 is GPA0 to GPA7, 8
/// to 15 is GPB0 to GPB7.</summary>
/// <remarks>
/// <para>Without its interrupt line the chip is asked at a declared rate: an edge is stamped with the asking that found it, and a pulse
/// that comes and goes between two askings is told only when the chip caught it (the first change after an asking is kept in INTCAP). With
/// the interrupt line it is asked at once, and its edges bear the time of that line. Either way levels are never wrong for longer than one
/// asking.</para>
/// <para>A chip that lost its power has lost the settings too; that is seen at each asking by IOCON, which is never zero here. It is set
/// again and what happened meanwhile counts as lost.</para>
/// <para>The data sheet does not say whether INTCAP follows IPOL. If it does not, a pulse between two askings on an active-low line is
/// missed; nothing is ever told that was not.</para>
/// <para>Source: Microchip MCP23017/MCP23S17 data sheet DS20001952C, table 3-5 (registers, BANK = 0), 3.5.6 (IOCON), 3.5.8 and 3.5.9 (INTF,
/// INTCAP).</para>
/// </remarks>
public sealed class Mcp23017Lines : GpioLines
{
    private const byte Direction = 0x00, Polarity = 0x02, InterruptOn = 0x04, Default = 0x06, Compare = 0x08, Control = 0x0A, PullUp = 0x0C;

    // 3.5.6: MIRROR (bit 6) joins both interrupt pins, ODR (bit 2) lets several chips share a wire; the rest stays 0.
    private const byte ControlWord = 0x44;

    // From IOCON's second address to GPIOB: IOCON, GPPU, INTF, INTCAP and GPIO of both ports in one transfer.
    private const byte AskFrom = 0x0B;
    private const int AskLength = 9;

    /// <summary>Lines of a chip.</summary>
    public const int ChipLines = 16;

    // A transfer that noise spoilt is repeated at once; and a wrong bit in one answer of many is no chip that lost its settings.
    private const int AttemptsMax = 3;

    // A bus that another chip holds is free again within that, or the chip is gone.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(1);

    // Where the interrupt line wakes, asking is only for what it missed.
    private static readonly TimeSpan AskSometimes = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(20);

    private readonly I2cSegment _segment;
    private readonly TimeProvider _time;
    private readonly TimeSpan _askEvery;
    private readonly Queue<LineEdge> _edges = new();
    private readonly byte[] _answer = new byte[AskLength];
    private readonly LineEdge[] _wakes = new LineEdge[16];
    private readonly ushort _used, _polarity, _pullUps;
    private GpioLines? _interrupt;
    private ushort _levels;
    private bool _isSilent, _isUnsure;
    private long _askAt, _askedAt, _lost;

    private Mcp23017Lines(I2cSegment segment, ImmutableArray<LineSettings> lines, TimeSpan askEvery, TimeProvider time)
    {
        (_segment, Lines, _askEvery, _time) = (segment, lines, askEvery, time);
        foreach (var line in lines)
        {
            var bit = (ushort)(1 << line.Offset);
            _used |= bit;
            if (line.ActiveLow) _polarity |= bit;
            if (line.Bias == LineBias.PullUp) _pullUps |= bit;
        }
    }

    public override string Path => _segment.Path;

    public override ImmutableArray<LineSettings> Lines { get; }

    public override long EdgesLost => _lost;

    /// <summary>Sets the chip up and reads its settings back.</summary>
    /// <param name="segment">Its place: address 0x20 to 0x27.</param>
    /// <param name="lines">1 to 16 with offsets 0 to 15; it has pull-ups only and no debounce.</param>
    /// <param name="askEvery">Time between two askings without an interrupt line. Over zero.</param>
    /// <param name="interrupt">Requests the one line that INTA or INTB drives, active-low with a pull-up; disposed with these lines. Null:
    /// the chip is only asked.</param>
    /// <exception cref="IOException">It does not answer, or does not keep its settings; the message names its place.</exception>
    /// <exception cref="ArgumentException">The lines are not such.</exception>
    public static Mcp23017Lines Open(
        I2cSegment segment, ImmutableArray<LineSettings> lines, TimeSpan askEvery, Func<GpioLines>? interrupt, TimeProvider time)
    {
        foreach (var line in lines)
        {
            if (line.Offset is < 0 or >= ChipLines)
                throw new ArgumentException($"{segment.Path}: an MCP23017 has lines 0 to {ChipLines - 1}, and no {line.Offset}.");
            if (line.Bias is LineBias.PullDown) throw new ArgumentException($"{segment.Path}: an MCP23017 has no pull-downs (line {line.Offset}).");
            if (line.Debounce > TimeSpan.Zero)
                throw new ArgumentException($"{segment.Path}: an MCP23017 has no debounce (line {line.Offset}); it is asked every {askEvery}.");
        }
        if (askEvery <= TimeSpan.Zero) throw new ArgumentException($"{segment.Path}: the time between two askings must be over zero.");
        var opened = new Mcp23017Lines(segment, lines, interrupt is null ? askEvery : AskSometimes, time);
        opened.SetUp();
        opened._levels = opened.Fetch() ? opened.Word(7) : throw new IOException(segment.LastError);
        opened._askAt = opened._askedAt = time.GetTimestamp();
        // Last, so that a chip which does not answer leaves no line taken. What the chip caught meanwhile is found by the first asking.
        opened._interrupt = interrupt?.Invoke();
        return opened;
    }

    public override ulong ReadLevels()
    {
        return Ask(_time.GetTimestamp()) ? Order(_levels) : throw new IOException(_segment.LastError);
    }

    public override async ValueTask<int> ReadEdgesAsync(Memory<LineEdge> destination, TimeSpan timeout, CancellationToken cancellation)
    {
        var until = _time.After(_time.GetTimestamp(), timeout);
        long? wokenAt = null;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (wokenAt is not null || _time.GetTimestamp() >= _askAt) AskWhenDue(wokenAt);
            var now = _time.GetTimestamp();
            if (_edges.Count > 0 || now >= until) return Take(destination.Span);
            wokenAt = await WaitAsync(Math.Min(until, _askAt), cancellation);
        }
    }

    public override ValueTask DisposeAsync() => _interrupt?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Waits for the interrupt line, or for a timestamp.</summary>
    /// <returns>When the interrupt line woke, or null.</returns>
    private async ValueTask<long?> WaitAsync(long until, CancellationToken cancellation)
    {
        if (_interrupt is null)
        {
            await _time.WaitUntilAsync(until, cancellation);
            return null;
        }
        var left = _time.Until(until);
        var count = await _interrupt.ReadEdgesAsync(_wakes, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation);
        for (var i = 0; i < count; i++)
            if (_wakes[i].IsActive) return _wakes[i].Timestamp;
        return null;
    }

    /// <exception cref="IOException">It has been silent for too long.</exception>
    private void AskWhenDue(long? wokenAt)
    {
        var now = _time.GetTimestamp();
        var isAnswered = Ask(wokenAt ?? now);
        if (!isAnswered && _time.GetElapsedTime(_askedAt, now) > SilenceMax + _askEvery) throw new IOException(_segment.LastError);
        // An interrupt that was not understood does not come again.
        _askAt = isAnswered && !_isUnsure ? Math.Max(_time.After(_askAt, _askEvery), now) : _time.After(now, AskAgain);
    }

    private int Take(Span<LineEdge> destination)
    {
        var count = 0;
        while (count < destination.Length && _edges.TryDequeue(out var edge)) destination[count++] = edge;
        return count;
    }

    /// <summary>Asks the chip and notes what changed. One that has forgotten its settings is set up again.</summary>
    /// <param name="at">When what is found happened, as far as it is known.</param>
    /// <returns>False when it did not answer.</returns>
    /// <exception cref="IOException">It does not keep its settings.</exception>
    private bool Ask(long at)
    {
        var now = _time.GetTimestamp();
        if (!FetchSurely()) return false;
        var (caught, capture, levels) = (Word(3) & _used, Word(5), Word(7));
        var unsure = 0;
        // A bit that turned on the wire would be somebody at a desk for as long as it is held: a change is believed when it was read twice.
        if (((levels ^ _levels) & _used) != 0)
        {
            if (!FetchSurely()) return false;
            unsure = (levels ^ Word(7)) & _used;
            levels = (ushort)(levels & ~unsure | _levels & unsure);
        }
        _isUnsure = unsure != 0;
        // What the asking before did not see happened after it, whatever woke.
        at = Math.Max(at, _askedAt);
        _askedAt = now;
        for (var i = 0; i < Lines.Length; i++)
        {
            var bit = 1 << Lines[i].Offset;
            var (before, then, isActive) = ((_levels & bit) != 0, (capture & bit) != 0, (levels & bit) != 0);
            var isCaught = (caught & bit) != 0 && then != before;
            if (isCaught) _edges.Enqueue(new LineEdge(i, then, at));
            if (isActive != (isCaught ? then : before)) _edges.Enqueue(new LineEdge(i, isActive, now));
        }
        _levels = levels;
        return true;
    }

    /// <summary>Fetches an answer of a chip that has its settings; sets up one that has lost them.</summary>
    private bool FetchSurely()
    {
        for (var attempt = 1; !Fetch() || _answer[0] != ControlWord || Word(1) != _pullUps; attempt++)
        {
            if (attempt % AttemptsMax != 0) continue;
            if (_isSilent) return false;
            SetUp();
            _lost++;
        }
        return true;
    }

    private bool Fetch() => !(_isSilent = _segment.WriteRead([AskFrom], _answer) != I2cOutcome.Done);

    /// <exception cref="IOException">It does not answer, or does not keep its settings.</exception>
    private void SetUp()
    {
        // All sixteen are inputs: an unused one that drove something would be worse than one that floats.
        SetSurely(Control, ControlWord, ControlWord);
        SetWord(Direction, 0xFFFF);
        SetWord(Polarity, _polarity);
        SetWord(PullUp, _pullUps);
        // Each change of a used line, against its level before: DEFVAL is not looked at.
        SetWord(Default, 0);
        SetWord(Compare, 0);
        SetWord(InterruptOn, _used);
    }

    private void SetWord(byte register, ushort word) => SetSurely(register, (byte)word, (byte)(word >> 8));

    private void SetSurely(byte register, byte a, byte b)
    {
        Span<byte> has = stackalloc byte[2];
        var outcome = I2cOutcome.NoAnswer;
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            outcome = _segment.Write([register, a, b]);
            if (outcome == I2cOutcome.Done) outcome = _segment.WriteRead([register], has);
            if (outcome == I2cOutcome.Done && has[0] == a && has[1] == b) return;
        }
        throw new IOException(outcome != I2cOutcome.Done ? _segment.LastError
            : $"{Path}: register 0x{register:X2} of the MCP23017 was set to {a:X2} {b:X2} and has {has[0]:X2} {has[1]:X2}. Is it one?");
    }

    private ushort Word(int at) => (ushort)(_answer[at] | _answer[at + 1] << 8);

    /// <summary>From the chip's order to the request's.</summary>
    private ulong Order(ushort levels)
    {
        ulong ordered = 0;
        for (var i = 0; i < Lines.Length; i++)
            if ((levels >> Lines[i].Offset & 1) != 0) ordered |= 1ul << i;
        return ordered;
    }
}
