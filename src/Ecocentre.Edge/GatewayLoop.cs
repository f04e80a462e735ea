using System.Collections.Immutable;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge;

/// <summary>The one loop that judges: takes readings (those of desks as they arrive, others at each beat or when many wait), closes what is due at each
/// beat, writes it to the log in one transaction and swaps the snapshot. Nothing leaves the gateway that it has not stored first, but for the change of a
/// desk, which is told at once and stored with the next beat.</summary>
/// <remarks><see cref="RunAsync"/> runs once. <see cref="Latest"/> may be read from any thread.</remarks>
public sealed class GatewayLoop
{
    /// <summary>Time between two beats: the longest an idle gateway sleeps, and how late a window may close beyond its grace.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly GatewayClock _clock;
    private readonly Intake _intake;
    private readonly Recorder _recorder;
    private readonly TimeProvider _time;
    private readonly Reading[] _batch = new Reading[1024];
    private Gateway _gateway;
    private long _readings, _beats;
    private Instant _beatAt;
    private Instant? _heardAt;

    /// <param name="gateway">Restored already; belongs to this loop from now on.</param>
    public GatewayLoop(Gateway gateway, GatewayClock clock, Intake intake, Recorder recorder, TimeProvider time)
    {
        (_gateway, _clock, _intake, _recorder, _time) = (gateway, clock, intake, recorder, time);
        // Of other readings nothing shows before the next beat.
        intake.Readings.WakeFor(gateway.IsUrgent, gateway.PointCount);
        Latest = gateway.TakeSnapshot(clock.Now);
    }

    /// <summary>The picture of now, at most a beat old; desks as they are.</summary>
    public Snapshot Latest { get; private set => Volatile.Write(ref field, value); }

    /// <summary>Readings accepted since start.</summary>
    public long ReadingsAccepted => Volatile.Read(ref _readings);

    /// <summary>Beats finished since start: it stands still when the loop does.</summary>
    public long Beats => Volatile.Read(ref _beats);

    /// <summary>Says whether the clock has been synchronised; asked once a beat.</summary>
    public Func<bool> ClockSynchronised { get; init; } = static () => true;

    /// <summary>Told of each new snapshot, which is <see cref="Latest"/> by then: at each beat, and at once when a desk changed. On the loop's thread; must
    /// return at once.</summary>
    public Action<Snapshot>? SnapshotTaken { get; init; }

    /// <summary>Told at each beat, after the log has taken what there was; on the loop's thread. What it notes goes into the next
    /// transaction.</summary>
    public Action<Instant>? Recorded { get; init; }

    /// <summary>Told of desks that changed, in order of their sequences, with the first snapshot that shows them, before anybody else can have seen it: so
    /// who sees a sequence in a snapshot finds its change. On the loop's thread; must return at once.</summary>
    public Action<Snapshot, ImmutableArray<DeskStatus>>? DesksChanged { get; init; }

    /// <summary>Runs until cancelled, then stores what is known and returns. Throws only for a broken invariant.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var wake = _intake.Readings.Wake;
        using var stop = cancellation.UnsafeRegister(static state => ((Wake)state!).Set(), wake);
        await using var timer = _time.CreateTimer(
            static state => ((Wake)state!).SetHere(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _beatAt = _clock.Now;
        var beat = Together.Next(_time, Beat, _time.GetTimestamp());
        while (!cancellation.IsCancellationRequested)
        {
            var now = _time.GetTimestamp();
            var left = _time.GetElapsedTime(now, beat);
            if (left > TimeSpan.Zero)
            {
                await WaitAsync(left, timer);
                AcceptWaiting(_intake.Readings);
                SettleDesks();
                continue;
            }
            beat = Together.Next(_time, Beat, now);
            OnBeat();
        }
        OnBeat();
    }

    /// <summary>Returns when readings wait that are urgent or many, when a desk may change by itself, when the end has come, or after a while.</summary>
    private ValueTask WaitAsync(TimeSpan left, ITimer timer)
    {
        if (_gateway.DesksDueAt is { } due && due - _clock.Now < left) left = due - _clock.Now;
        if (left <= TimeSpan.Zero) return ValueTask.CompletedTask;
        // Timers cut off below a millisecond; rounded up, the last one is not spent in circles.
        timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        return _intake.Readings.Wake.WaitAsync();
    }

    private void AcceptWaiting(ReadingQueue readings)
    {
        // At most one channel's worth at a go, so that a flood of readings cannot hold back the beat.
        for (var left = GatewayLimits.Default.ReadingsWaitingMax; left > 0;)
        {
            var count = readings.Take(_batch);
            if (count == 0) return;
            if (_clock.Now - _beatAt > Standstill.Min) _heardAt = Standstill.FirstAfter(_beatAt + Beat, _heardAt, _batch.AsSpan(0, count));
            _gateway.Accept(_batch.AsSpan(0, count), _clock.Now);
            Volatile.Write(ref _readings, _readings + count);
            left -= count;
        }
    }

    private void SettleDesks()
    {
        var now = _clock.Now;
        var changes = _gateway.SettleDesks(now);
        if (changes.IsEmpty) return;
        var snapshot = _gateway.TakeSnapshot(now, Latest);
        DesksChanged?.Invoke(snapshot, changes);
        Latest = snapshot;
        SnapshotTaken?.Invoke(snapshot);
        _recorder.Note(changes);
    }

    private void OnBeat()
    {
        AcceptWaiting(_intake.Readings);
        if (Standstill.Between(_beatAt, _heardAt, _clock.Now) is { } standstill) _recorder.Note(standstill);
        if (_clock.Observe() is { } step) _gateway.Reanchor(step);
        SettleDesks();
        var trusted = ClockSynchronised();
        var now = _clock.Now;
        if (trusted && !_gateway.ClockTrusted)
            _recorder.Note(new Incident(now, IncidentKind.ClockSynchronised, "gateway", "The clock is synchronised; readings are good from now on."));
        _gateway.ClockTrusted = trusted;
        (_beatAt, _heardAt) = (now, null);
        var output = _gateway.Step(now);
        while (_intake.Incidents.Reader.TryRead(out var incident)) _recorder.Note(incident);
        _recorder.Record(output, _gateway, now);
        while (_intake.Work.Reader.TryRead(out var work)) Do(work, now);
        Recorded?.Invoke(now);
        Latest = _gateway.TakeSnapshot(now);
        SnapshotTaken?.Invoke(Latest);
        Volatile.Write(ref _beats, _beats + 1);
    }

    private void Do(LoopWork work, Instant now)
    {
        try
        {
            var sequence = work.Facts.Count > 0 ? _recorder.RecordNow(work.Facts, now) : 0;
            work.Apply?.Invoke(_gateway);
            if (work.Succession is { } succession) Replace(succession, now);
            work.Done.TrySetResult(sequence);
        }
        catch (Exception refused) when (refused is LogUnavailableException or LogRefusedException)
        {
            work.Done.TrySetException(refused);
        }
    }

    /// <summary>Another gateway goes on: what was put into the queue until now is taken by the one that knows its points by their numbers.</summary>
    private void Replace(GatewaySuccession succession, Instant now)
    {
        AcceptWaiting(_intake.BeginReadings(succession.Move));
        SettleDesks();
        var next = _gateway = succession.Succeed(_gateway, now);
        _intake.Readings.WakeFor(next.IsUrgent, next.PointCount);
    }
}
