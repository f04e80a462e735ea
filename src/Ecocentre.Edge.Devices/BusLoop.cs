using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices;

/// <summary>Polls the devices of one bus, the earliest due first, and hands on what they read and what happens to them.</summary>
/// <remarks>Where a poll ends, the next one that is due begins, on the same thread: an answer that came is the only wake-up that a busy bus needs. It owns
/// its devices and disposes them. An incident is written when a device is lost, when it is back, for each request a
/// device refuses for good and for changes of lines that went by unseen; a device whose code throws is paused, its points are missing, the others
/// go on. <see cref="Health"/> may be read from any thread at any time; <see cref="RunAsync"/> is called once.</remarks>
public sealed class BusLoop : IAsyncDisposable
{
    // After the n-th defect in a row a device rests n times the first, up to the second.
    private static readonly TimeSpan DefectPause = TimeSpan.FromSeconds(2), DefectPauseMax = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan UseWindow = TimeSpan.FromMinutes(1);

    private const long Never = long.MaxValue;

    private readonly ImmutableArray<PolledDevice> _devices;
    private readonly BusOutlets _outlets;
    private readonly TimeProvider _time;
    private readonly Func<Instant> _now;
    private readonly Lock _gate = new();
    private readonly Wake _wake = new();
    private readonly ITimer _timer;

    // When each device is due, as it said after its last poll; Never while it is polled or lent out. Side by side, because polls look for the earliest.
    private readonly long[] _dueAt;

    // Nothing is due before the first of these, and nothing that stands before the second is due as early.
    private long _earliest = long.MinValue;
    private int _earliestFrom;

    // One for each poll under way, and not for each device, so that what is written next is in the cache still.
    private readonly Stack<Reading[]> _buffers = new();
    private readonly int _bufferLength;
    private CancellationToken _cancellation;
    private int _inFlight;
    private long _windowStart, _timerAt = Never;
    private TimeSpan _busy;
    private double? _lastShare;
    private volatile bool _isAbandoned;

    /// <param name="time">For what is due when.</param>
    /// <param name="now">The gateway's clock, for the incidents.</param>
    public BusLoop(string name, IEnumerable<IDevice> devices, BusOutlets outlets, TimeProvider time, Func<Instant> now)
    {
        Name = name;
        _devices = [.. devices.Select((d, index) => new PolledDevice(d, PollOnAfter) { Index = index })];
        _dueAt = [.. _devices.Select(d => d.DueAt)];
        _bufferLength = _devices.IsEmpty ? 0 : _devices.Max(d => d.Device.Points.Length);
        _outlets = outlets;
        _time = time;
        _now = now;
        _windowStart = time.GetTimestamp();
        // The timer's thread has nothing else to do: what is due begins on it.
        _timer = time.CreateTimer(static state => ((Wake)state!).SetHere(), _wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name { get; }

    /// <summary>Devices polled at the same time: 1 on a serial line; on TCP as many requests as the server takes at once.</summary>
    public int PollsMax { get; init; } = 1;

    /// <summary>Told true before several polls begin at once, and false when all of them have; null where each goes its own way.</summary>
    public Action<bool>? Gather { get; init; }

    /// <summary>Its polls wait for something to happen, as <see cref="Gpio.GpioBank"/> does: their time is no use of the bus, whose share is 0.</summary>
    public bool IsListening { get; init; }

    public BusHealth Health
    {
        get
        {
            lock (_gate) return new BusHealth(Name, Share(), [.. _devices.Select(d => d.Health())]);
        }
    }

    /// <summary>For how long the oldest of the polls under way has been so; zero while there is none, and for polls that wait for something to
    /// happen.</summary>
    public TimeSpan LongestPoll
    {
        get
        {
            lock (_gate)
                return IsListening || _devices.Min(d => d.PolledSince) is not { } since ? TimeSpan.Zero : _time.GetElapsedTime(since);
        }
    }

    /// <summary>Gives up polls that do not end: nothing they bring is handed on, and <see cref="RunAsync"/> waits for them no longer once it is
    /// cancelled.</summary>
    public void Abandon()
    {
        lock (_gate) _isAbandoned = true;
        _wake.Set();
    }

    /// <summary>Polls until cancelled; returns when the polls on their way have ended.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _cancellation = cancellation;
        using var stop = cancellation.UnsafeRegister(static state => ((Wake)state!).Set(), _wake);
        while (!cancellation.IsCancellationRequested)
        {
            BeginDue();
            await _wake.WaitAsync();
            // Timers may come a little early: then the same one is set again.
            lock (_gate) _timerAt = Never;
        }
        while (IsAnyInFlight()) await _wake.WaitAsync();
    }

    /// <summary>Lends a device out for what is not a poll: it is not polled meanwhile, the others are. Any thread; one borrower of a device at a
    /// time.</summary>
    /// <exception cref="InvalidOperationException">There is no such device here, or somebody waits for it already.</exception>
    public async Task<T> BorrowAsync<T>(string name, Func<IDevice, Task<T>> work, CancellationToken cancellation)
    {
        var polled = _devices.FirstOrDefault(d =>
            d.Device.Name == name) ?? throw new InvalidOperationException($"There is no device {name} on {Name}.");
        await LendAsync(polled).WaitAsync(cancellation);
        try
        {
            return await work(polled.Device);
        }
        finally
        {
            lock (_gate) GiveBack(polled);
            _wake.Set();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        foreach (var polled in _devices) await polled.Device.DisposeAsync();
    }

    private void BeginDue()
    {
        if (TakeDue() is not { } first) return;
        Gather?.Invoke(true);
        for (var due = first; due is not null; due = TakeDue()) PollOn(due);
        Gather?.Invoke(false);
    }

    private PolledDevice? TakeDue()
    {
        lock (_gate) return TakeDue(_time.GetTimestamp());
    }

    /// <summary>The device that is due longest, marked as being on its way; or null, with the timer set for the next one. Requires: the lock is
    /// held.</summary>
    private PolledDevice? TakeDue(long now)
    {
        if (_inFlight >= PollsMax || _isAbandoned || _cancellation.IsCancellationRequested) return null;
        var next = Earliest();
        if (next < 0) return null;
        var dueAt = _dueAt[next];
        if (dueAt <= now)
        {
            var due = _devices[next];
            (due.IsInFlight, due.PolledSince, due.WasDueAt) = (true, now, dueAt);
            due.Buffer = _buffers.TryPop(out var buffer) ? buffer : new Reading[_bufferLength];
            _dueAt[next] = Never;
            _inFlight++;
            return due;
        }
        // The timer is set for it already, by the poll that ended before.
        if (dueAt == _timerAt) return null;
        _timerAt = dueAt;
        // Timers count whole milliseconds and cut off the rest; rounded up, the loop does not spin through the last one.
        var ahead = Math.Ceiling(_time.GetElapsedTime(now, dueAt).TotalMilliseconds);
        _timer.Change(TimeSpan.FromMilliseconds(ahead), Timeout.InfiniteTimeSpan);
        return null;
    }

    /// <summary>The device that is due first, or -1 while all are polled or lent out. Requires: the lock is held.</summary>
    private int Earliest()
    {
        // Devices that are due together are found one after the other.
        for (var i = _earliestFrom; i < _dueAt.Length; i++)
            if (_dueAt[i] <= _earliest) return _earliestFrom = i;
        (_earliest, _earliestFrom) = (Never, 0);
        for (var i = 0; i < _dueAt.Length; i++)
            if (_dueAt[i] < _earliest) (_earliest, _earliestFrom) = (_dueAt[i], i);
        // Not earlier than any that comes.
        if (_earliest < Never) return _earliestFrom;
        _earliest = long.MinValue;
        return -1;
    }

    /// <summary>Requires: the lock is held.</summary>
    private void GiveBack(PolledDevice polled)
    {
        polled.IsInFlight = false;
        var dueAt = _dueAt[polled.Index] = polled.DueAt;
        if (dueAt < _earliest) (_earliest, _earliestFrom) = (dueAt, polled.Index);
        else if (dueAt == _earliest && polled.Index < _earliestFrom) _earliestFrom = polled.Index;
    }

    private Task LendAsync(PolledDevice polled)
    {
        lock (_gate)
        {
            if (polled.Borrower is not null) throw new InvalidOperationException($"Somebody waits for {polled.Device.Name} already.");
            if (polled.IsInFlight) return (polled.Borrower = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            (polled.IsInFlight, _dueAt[polled.Index]) = (true, Never);
            return Task.CompletedTask;
        }
    }

    /// <summary>Polls a device, and after it whatever is due then, until nothing is or an answer has to be waited for.</summary>
    /// <remarks>No async method: what one needs to be left and entered again costs more than all else that a poll does here.</remarks>
    [SuppressMessage("Reliability", "CA2012", Justification = "Its result is taken exactly once: here when it is there, else when it has come.")]
    private void PollOn(PolledDevice? polled)
    {
        while (polled is not null)
        {
            try
            {
                polled.Polling = polled.Device.PollAsync(polled.Buffer, _cancellation).GetAwaiter();
                if (!polled.Polling.IsCompleted)
                {
                    polled.Polling.UnsafeOnCompleted(polled.GoOn);
                    return;
                }
            }
            catch (Exception exception)
            {
                if (!End(polled, Defect(polled, exception), out polled)) return;
                continue;
            }
            if (!End(polled, ResultOf(polled), out polled)) return;
        }
        // The loop ends when the last poll has; and nobody but it watches over a cancellation that came between.
        if (_cancellation.IsCancellationRequested || _isAbandoned) _wake.Set();
    }

    private void PollOnAfter(PolledDevice polled)
    {
        if (End(polled, ResultOf(polled), out var next)) PollOn(next);
    }

    private PollResult ResultOf(PolledDevice polled)
    {
        try
        {
            var result = polled.Polling.GetResult();
            polled.Defects = 0;
            return result;
        }
        catch (Exception exception)
        {
            return Defect(polled, exception);
        }
    }

    /// <summary>Hands on what a poll brought.</summary>
    /// <param name="next">What is due after it, or null.</param>
    /// <returns>False when it could not all be handed on at once: who does it goes on after it.</returns>
    private bool End(PolledDevice polled, PollResult result, out PolledDevice? next)
    {
        var handed = _isAbandoned ? result.Count : HandOn(polled.Buffer.AsSpan(0, result.Count));
        var now = _time.GetTimestamp();
        bool turned, sickened;
        lock (_gate)
        {
            (turned, sickened) = Enter(polled, result, now);
            var hasNews = turned || sickened || result.Fault is { Kind: FaultKind.Refused or FaultKind.EdgesLost };
            if (_isAbandoned || handed == result.Count && !hasNews)
            {
                next = EndAndTakeDue(polled, now);
                return true;
            }
        }
        next = null;
        _ = EndLaterAsync(polled, result, handed, (turned, sickened));
        return false;
    }

    private async Task EndLaterAsync(PolledDevice polled, PollResult result, int handed, (bool Turned, bool Sickened) news)
    {
        try
        {
            await HandOnRestAsync(polled, result, handed, news, _cancellation);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            // The gateway stops: nobody is left to take what was read.
        }
        finally
        {
            PolledDevice? next;
            lock (_gate) next = EndAndTakeDue(polled, _time.GetTimestamp());
            PollOn(next);
        }
    }

    /// <summary>Requires: the lock is held.</summary>
    private PolledDevice? EndAndTakeDue(PolledDevice polled, long now)
    {
        _inFlight--;
        _buffers.Push(polled.Buffer);
        polled.Buffer = [];
        polled.PolledSince = null;
        if (polled.Borrower is null) GiveBack(polled);
        else polled.Borrower.SetResult();
        polled.Borrower = null;
        return TakeDue(now);
    }

    /// <summary>Requires: the lock is held.</summary>
    private (bool Turned, bool Sickened) Enter(PolledDevice polled, PollResult result, long now)
    {
        if (_isAbandoned) return default;
        var start = polled.PolledSince!.Value;
        var latency = _time.GetElapsedTime(start, now);
        if (!IsListening) Use(latency, now);
        return (polled.Enter(result, _time.GetElapsedTime(polled.WasDueAt, start), latency), polled.EnterComplaint(result));
    }

    /// <returns>How many of the readings found room.</returns>
    private int HandOn(ReadOnlySpan<Reading> readings)
    {
        var handed = _outlets.Readings is ReadingsWriter writer ? writer.TryWriteMany(readings) : 0;
        while (handed < readings.Length && _outlets.Readings.TryWrite(readings[handed])) handed++;
        return handed;
    }

    /// <summary>What finds no room at once, and what is rare.</summary>
    private async ValueTask HandOnRestAsync(
        PolledDevice polled, PollResult result, int handed, (bool Turned, bool Sickened) news, CancellationToken cancellation)
    {
        for (var i = handed; i < result.Count; i++) await _outlets.Readings.WriteAsync(polled.Buffer[i], cancellation);
        var name = polled.Device.Name;
        if (news.Turned)
            await _outlets.Incidents.WriteAsync(polled.IsLost
                ? new Incident(_now(), IncidentKind.DeviceLost, name, $"{name} on {Name} does not answer. {result.Fault?.Text}")
                : new Incident(_now(), IncidentKind.DeviceBack, name, $"{name} on {Name} answers again."), cancellation);
        if (news.Sickened)
            await _outlets.Incidents.WriteAsync(polled.IsUnwell
                ? new Incident(_now(), IncidentKind.DeviceUnwell, name, result.Fault!.Text)
                : new Incident(_now(), IncidentKind.DeviceWell, name, $"{name} on {Name} complains of nothing any more."), cancellation);
        if (result.Fault is { Kind: FaultKind.Refused, Exception: 1 or 2 or 3 } refusal)
            await _outlets.Incidents.WriteAsync(new Incident(_now(), IncidentKind.RequestRefused, name, refusal.Text), cancellation);
        if (result.Fault is { Kind: FaultKind.EdgesLost } lost)
            await _outlets.Incidents.WriteAsync(new Incident(_now(), IncidentKind.EdgesLost, name, lost.Text), cancellation);
    }

    /// <summary>A device that throws is silent: all its points are missing, and it is left alone for a while.</summary>
    private PollResult Defect(PolledDevice polled, Exception exception)
    {
        polled.Defects++;
        var pause = polled.Defects * DefectPause;
        polled.NotBefore = _time.GetTimestamp() + TimeSpanTicks.Of(pause < DefectPauseMax ? pause : DefectPauseMax, _time);
        var points = polled.Device.Points;
        for (var i = 0; i < points.Length; i++) polled.Buffer[i] = new Reading(points[i].Id, _now(), double.NaN, Quality.Missing);
        var text = $"BUG in {polled.Device.Name}: {exception.GetType().Name}: {exception.Message}";
        return new PollResult(points.Length, new Fault(FaultKind.Defect, text));
    }

    private bool IsAnyInFlight()
    {
        lock (_gate) return _inFlight > 0 && !_isAbandoned;
    }

    private void Use(TimeSpan busy, long now)
    {
        if (_time.GetElapsedTime(_windowStart, now) >= UseWindow)
        {
            _lastShare = Share(full: true);
            (_busy, _windowStart) = (TimeSpan.Zero, now);
        }
        _busy += busy;
    }

    private double Share(bool full = false)
    {
        if (!full && _lastShare is { } last) return last;
        var elapsed = _time.GetElapsedTime(_windowStart);
        return elapsed > TimeSpan.Zero ? Math.Min(_busy / elapsed / PollsMax, 1) : 0;
    }
}
