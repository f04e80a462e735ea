using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Gpio;

/// <summary>Up to 64 input lines behind one request, as one device with a point for each line.</summary>
/// <remarks>
/// <para>A poll waits for edges or for the next level to be confirmed, whichever comes first: from an edge to its reading there is no
/// timer. It therefore needs a bus loop of its own, or one with as many polls as devices. Readings carry the instant at which the kernel
/// accepted the change.</para>
/// <para>Edges that were lost are told (<see cref="FaultKind.EdgesLost"/>) and all levels read again. Lines of one request share the
/// kernel's room for edges: pulses are safer in a request of their own than beside contacts that may chatter. A chip that is away makes its
/// points Missing once in each period, and is requested again at that.</para>
/// </remarks>
public sealed class GpioBank : IDevice
{
    // 256: a quarter of what the kernel keeps for 64 lines (1024); more than one wake-up ever brings.
    private const int EdgesMax = 256;

    // Two changes in one millisecond get two milliseconds. Further back than this is a clock that was set, not a crowd.
    private static readonly TimeSpan CrowdMax = TimeSpan.FromSeconds(1);

    // A chip that is away costs nobody anything to ask for; this is seen soon and does not keep the processor busy.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    // An incident takes room in the log for ever; one a minute says as much as a thousand.
    private static readonly TimeSpan TellLostEvery = TimeSpan.FromMinutes(1);

    private readonly ImmutableArray<LineInput> _inputs;
    private readonly ImmutableArray<LineSettings> _settings;
    private readonly Func<ImmutableArray<LineSettings>, GpioLines> _request;
    private readonly TimeProvider _time;
    private readonly Func<Instant> _now;
    private readonly LineEdge[] _edges = new LineEdge[EdgesMax];
    private readonly (Instant At, long Timestamp)[] _told;
    private readonly Queue<string> _unsaid = new();
    private GpioLines? _lines;
    private long _retryAt, _edgesLost, _lostTold, _lostToldAt;
    private int _next, _count;

    /// <param name="name">Of the request; the points bear the names of their own devices.</param>
    /// <param name="inputs">In the order of their points' ids; line i of the request is input i.</param>
    /// <param name="request">Requests the lines, anew each time; fails with <see cref="IOException"/>. The bank disposes what it
    /// gets.</param>
    /// <param name="time">The provider of the inputs and of the lines' timestamps.</param>
    /// <param name="now">The gateway's clock, for the readings.</param>
    /// <exception cref="ArgumentException">No input, or more than one request holds.</exception>
    public GpioBank(
        string name, IEnumerable<LineInput> inputs, Func<ImmutableArray<LineSettings>, GpioLines> request, TimeProvider time, Func<Instant> now)
    {
        _inputs = [.. inputs];
        if (_inputs.Length is 0 or > GpioLines.LinesMax)
            throw new ArgumentException($"{name}: a request has 1 to {GpioLines.LinesMax} lines, not {_inputs.Length}.", nameof(inputs));
        _settings = [.. _inputs.Select(i => i.Line)];
        (Name, _request, _time, _now) = (name, request, time, now);
        Points = [.. _inputs.Select(i => i.Point)];
        _told = new (Instant, long)[_inputs.Length];
        DueAt = _retryAt = time.GetTimestamp();
    }

    public string Name { get; }

    public ImmutableArray<Point> Points { get; }

    public long DueAt { get; private set; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        PollResult result;
        try
        {
            if (cancellation.IsCancellationRequested) return Cancelled(destination.Span);
            if (_lines is null) Request();
            else if (_next == _count) await ListenAsync(_lines, cancellation);
            result = Tell(_lines!, destination.Span);
        }
        catch (OperationCanceledException)
        {
            return Cancelled(destination.Span);
        }
        catch (IOException exception)
        {
            result = await LoseAsync(destination, exception);
        }
        DueAt = _lines is not null ? _time.GetTimestamp() : Math.Min(_retryAt, EarliestDue());
        return result;
    }

    public ValueTask DisposeAsync() => _lines?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Request()
    {
        _lines = _request(_settings);
        var at = _time.GetTimestamp();
        foreach (var input in _inputs) input.Begin(at);
        (_next, _count, _edgesLost, _lostTold) = (0, 0, _lines.EdgesLost, _lines.EdgesLost);
    }

    private async ValueTask ListenAsync(GpioLines lines, CancellationToken cancellation)
    {
        var ahead = _time.Until(EarliestDue());
        (_next, _count) = (0, 0);
        _count = await lines.ReadEdgesAsync(_edges, ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero, cancellation);
    }

    /// <summary>Writes what the edges say, then the levels that are due; what finds no room is written by the next poll, which is due at
    /// once.</summary>
    private PollResult Tell(GpioLines lines, Span<Reading> destination)
    {
        var (count, clock) = (0, (At: _now(), Timestamp: _time.GetTimestamp()));
        while (_next < _count && count < destination.Length)
        {
            ref readonly var edge = ref _edges[_next++];
            if (_inputs[edge.Line].Take(edge) is not { } value) continue;
            var at = clock.At - _time.GetElapsedTime(edge.Timestamp, clock.Timestamp);
            destination[count++] = ReadingOf(edge.Line, value, at, edge.Timestamp);
        }
        if (lines.EdgesLost > _edgesLost)
        {
            _edgesLost = lines.EdgesLost;
            foreach (var input in _inputs) input.EdgesLost();
        }
        TellLost(lines, clock.Timestamp);
        if (_next == _count && EarliestDue() <= clock.Timestamp) count = Confirm(lines, destination, count);
        foreach (var input in _inputs)
            if (input.TakeComplaint() is { } complaint) _unsaid.Enqueue(complaint);
        // A fault without a reading would look like silence.
        return new PollResult(count, count > 0 && _unsaid.TryDequeue(out var text) ? new Fault(FaultKind.EdgesLost, text) : null);
    }

    /// <summary>The first loss is told at once, those of a wire that stays loose together, once in a while.</summary>
    private void TellLost(GpioLines lines, long timestamp)
    {
        if (_edgesLost == _lostTold || _lostTold > 0 && _time.GetElapsedTime(_lostToldAt, timestamp) < TellLostEvery) return;
        _unsaid.Enqueue($"{lines.Path} lost {_edgesLost - _lostTold} changes of its lines; all levels were read again.");
        (_lostTold, _lostToldAt) = (_edgesLost, timestamp);
    }

    private int Confirm(GpioLines lines, Span<Reading> destination, int count)
    {
        var levels = lines.ReadLevels();
        var (at, timestamp) = (_now(), _time.GetTimestamp());
        for (var i = 0; i < _inputs.Length && count < destination.Length; i++)
        {
            if (_inputs[i].DueAt > timestamp) continue;
            destination[count++] = ReadingOf(i, _inputs[i].Confirm((levels >> i & 1) != 0, timestamp), at, timestamp);
        }
        return count;
    }

    /// <summary>Of two readings of the same instant the gateway keeps one, and a level that is read may overtake edges on their way: each
    /// reading of a line gets a later instant than the one before.</summary>
    private Reading ReadingOf(int line, LineValue value, Instant at, long timestamp)
    {
        var (toldAt, toldTimestamp) = _told[line];
        if (at <= toldAt && (timestamp <= toldTimestamp || toldAt - at < CrowdMax)) at = new Instant(toldAt.UnixMilliseconds + 1);
        _told[line] = (at, Math.Max(timestamp, toldTimestamp));
        return new Reading(Points[line].Id, at, value.Value, value.Quality);
    }

    /// <summary>The chip is gone: what is due is missing, and the lines are requested again later.</summary>
    private async ValueTask<PollResult> LoseAsync(Memory<Reading> destination, IOException exception)
    {
        if (_lines is not null) await _lines.DisposeAsync();
        var (count, now, timestamp) = (0, _now(), _time.GetTimestamp());
        (_lines, _next, _count, _retryAt) = (null, 0, 0, _time.After(timestamp, RetryAfter));
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (_inputs[i].DueAt > timestamp) continue;
            destination.Span[count++] = ReadingOf(i, new LineValue(double.NaN, Quality.Missing), now, timestamp);
            _inputs[i].Advance(timestamp);
        }
        return new PollResult(count, new Fault(FaultKind.NoBus, $"{Name}: {exception.Message}"));
    }

    /// <summary>Says what was counted and not told yet, so that the next run goes on from there.</summary>
    private PollResult Cancelled(Span<Reading> destination)
    {
        var (count, at, timestamp) = (0, _now(), _time.GetTimestamp());
        for (var i = 0; i < _inputs.Length && count < destination.Length; i++)
            if (_inputs[i].Untold() is { } value) destination[count++] = ReadingOf(i, value, at, timestamp);
        return new PollResult(count, new Fault(FaultKind.Cancelled, $"{Name}: the caller gave up."));
    }

    private long EarliestDue()
    {
        var earliest = long.MaxValue;
        foreach (var input in _inputs) earliest = Math.Min(earliest, input.DueAt);
        return earliest;
    }
}
