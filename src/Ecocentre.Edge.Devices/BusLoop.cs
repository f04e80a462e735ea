using System.Collections.Immutable;
using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices;

/// <summary>Polls the devices of one bus, the earliest due first, and hands on what they read and what happens to them.</summary>
/// <remarks>It owns its devices and disposes them. An incident is written when a device is lost, when it is back, for each request a
/// device refuses for good and for changes of lines that went by unseen; a device whose code throws is paused, its points are missing, the others
/// go on. <see cref="Health"/> may be read from any thread at any time; <see cref="RunAsync"/> is called once.</remarks>
public sealed class BusLoop : IAsyncDisposable
{
    // After the n-th defect in a row a device rests n times the first, up to the second.
    private static readonly TimeSpan DefectPause = TimeSpan.FromSeconds(2), DefectPauseMax = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan UseWindow = TimeSpan.FromMinutes(1);

    private readonly ImmutableArray<PolledDevice> _devices;
    private readonly BusOutlets _outlets;
    private readonly TimeProvider _time;
    private readonly Func<Instant> _now;
    private readonly Lock _gate = new();
    private readonly Wake _wake = new();
    private readonly ITimer _timer;
    private int _inFlight;
    private long _windowStart;
    private TimeSpan _busy;
    private double? _lastShare;
    private bool _isAbandoned;

    /// <param name="time">For what is due when.</param>
    /// <param name="now">The gateway's clock, for the incidents.</param>
    public BusLoop(string name, IEnumerable<IDevice> devices, BusOutlets outlets, TimeProvider time, Func<Instant> now)
    {
        Name = name;
        _devices = [.. devices.Select(d => new PolledDevice(d))];
        _outlets = outlets;
        _time = time;
        _now = now;
        _windowStart = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((Wake)state!).Set(), _wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Name { get; }

    /// <summary>Devices polled at the same time: 1 on a serial line; on TCP as many requests as the server takes at once.</summary>
    public int PollsMax { get; init; } = 1;

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
        using var stop = cancellation.UnsafeRegister(static state => ((Wake)state!).Set(), _wake);
        while (!cancellation.IsCancellationRequested)
        {
            while (!cancellation.IsCancellationRequested && TakeDue() is { } due) _ = PollAsync(due, cancellation);
            await _wake.WaitAsync();
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
            lock (_gate) polled.IsInFlight = false;
            _wake.Set();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        foreach (var polled in _devices) await polled.Device.DisposeAsync();
    }

    /// <summary>The device that is due longest, marked as being on its way; or null, with the timer set for the next one.</summary>
    private PolledDevice? TakeDue()
    {
        lock (_gate)
        {
            if (_inFlight >= PollsMax) return null;
            PolledDevice? next = null;
            foreach (var polled in _devices)
                if (!polled.IsInFlight && (next is null || polled.DueAt < next.DueAt)) next = polled;
            if (next is null) return null;
            var now = _time.GetTimestamp();
            if (next.DueAt <= now)
            {
                (next.IsInFlight, next.PolledSince) = (true, now);
                _inFlight++;
                return next;
            }
            // Timers count whole milliseconds and cut off the rest; rounded up, the loop does not spin through the last one.
            var ahead = Math.Ceiling(_time.GetElapsedTime(now, next.DueAt).TotalMilliseconds);
            _timer.Change(TimeSpan.FromMilliseconds(ahead), Timeout.InfiniteTimeSpan);
            return null;
        }
    }

    private Task LendAsync(PolledDevice polled)
    {
        lock (_gate)
        {
            if (polled.Borrower is not null) throw new InvalidOperationException($"Somebody waits for {polled.Device.Name} already.");
            if (polled.IsInFlight) return (polled.Borrower = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            polled.IsInFlight = true;
            return Task.CompletedTask;
        }
    }

    private async Task PollAsync(PolledDevice polled, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        var delay = _time.GetElapsedTime(polled.DueAt, start);
        try
        {
            PollResult result;
            try
            {
                result = await polled.Device.PollAsync(polled.Buffer, cancellation);
                polled.Defects = 0;
            }
            catch (Exception exception)
            {
                result = Defect(polled, exception);
            }
            await HandOnAsync(polled, result, delay, start, cancellation);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            // The gateway stops: nobody is left to take what was read.
        }
        finally
        {
            lock (_gate)
            {
                _inFlight--;
                polled.PolledSince = null;
                if (polled.Borrower is null) polled.IsInFlight = false;
                else polled.Borrower.SetResult();
                polled.Borrower = null;
            }
            _wake.Set();
        }
    }

    private async ValueTask HandOnAsync(PolledDevice polled, PollResult result, TimeSpan delay, long start, CancellationToken cancellation)
    {
        bool turned, sickened;
        lock (_gate)
        {
            if (_isAbandoned) return;
            var latency = _time.GetElapsedTime(start);
            turned = polled.Enter(result, delay, latency);
            sickened = polled.EnterComplaint(result);
            if (!IsListening) Use(latency);
        }
        for (var i = 0; i < result.Count; i++)
            if (!_outlets.Readings.TryWrite(polled.Buffer[i])) await _outlets.Readings.WriteAsync(polled.Buffer[i], cancellation);
        var name = polled.Device.Name;
        if (turned)
            await _outlets.Incidents.WriteAsync(polled.IsLost
                ? new Incident(_now(), IncidentKind.DeviceLost, name, $"{name} on {Name} does not answer. {result.Fault?.Text}")
                : new Incident(_now(), IncidentKind.DeviceBack, name, $"{name} on {Name} answers again."), cancellation);
        if (sickened)
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

    private void Use(TimeSpan busy)
    {
        if (_time.GetElapsedTime(_windowStart) >= UseWindow)
        {
            _lastShare = Share(full: true);
            (_busy, _windowStart) = (TimeSpan.Zero, _time.GetTimestamp());
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
