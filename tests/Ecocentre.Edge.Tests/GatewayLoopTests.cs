using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests;

/// <summary>The loop on a clock sixty times as fast: a beat takes 17 ms.</summary>
public sealed class GatewayLoopTests : IDisposable
{
    private static readonly ImmutableArray<Point> Points =
    [
        new Point
        {
            Id = new PointId(0), Name = "main/power", Quantity = Quantity.All.Single(q => q.Name == "power.active"), Device = "main",
            Period = TimeSpan.FromSeconds(1),
        },
    ];

    private readonly Scratch _scratch = new();
    private readonly TimeProvider _time = new ScaledTime(TimeProvider.System, TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1), 60);
    private readonly Intake _intake = new(GatewayLimits.Default);
    private readonly CancellationTokenSource _ending = new(), _deadline = new(TimeSpan.FromSeconds(60));
    private readonly GatewayClock _clock;
    private readonly EvidenceLog _log;
    private readonly Recorder _recorder;
    private volatile bool _synchronised = true;
    private int _shown;

    public GatewayLoopTests()
    {
        _clock = new GatewayClock(_time, GatewayLimits.Default);
        _log = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, _clock.Now);
        _log.Declare(Points.Select(Series.Of), _clock.Now);
        _recorder = new Recorder(_log, Points, NullLogger.Instance);
    }

    public void Dispose()
    {
        _log.Dispose();
        _scratch.Dispose();
        _ending.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Reading_stands_in_the_snapshot_and_its_minute_in_the_log()
    {
        var loop = Loop();
        var run = loop.RunAsync(_ending.Token);
        var first = _clock.Now;
        await UntilAsync(() => _clock.Now > first + TimeSpan.FromMinutes(1.2), () => Send(1000));
        await UntilAsync(() => _log.Head > 0);
        Assert.Equal(1000, loop.Latest.Latest[0].Value);
        Assert.True(_shown > 0);
        // On a machine that stood still for a second, a word about that comes before it.
        var window = _log.Read(0, int.MaxValue).Select(entry => entry.Fact).OfType<WindowFact>().First();
        Assert.Equal(("main/power", 1000.0), (window.Series.Name, window.Aggregate.Mean));
        await EndAsync(run);
    }

    [Fact]
    public async Task Work_of_others_is_durable_with_its_sequence_before_it_is_applied_and_refused_whole_when_the_log_is_away()
    {
        var loop = Loop();
        var run = loop.RunAsync(_ending.Token);
        var record = new RecordFact(_clock.Now, RecordKind.Entry, "waste", "{}");
        var headWhenApplied = 0L;
        var work = new LoopWork([record, record], _ => headWhenApplied = _log.Head);
        await _intake.Work.Writer.WriteAsync(work, _deadline.Token);
        var sequence = await work.Done.Task.WaitAsync(_deadline.Token);
        Assert.Equal(record, _log.Read(sequence - 1, 1)[0].Fact);
        Assert.True(headWhenApplied >= sequence + 1);
        using (new LockedLog(_log.FilePath))
        {
            var refused = new LoopWork([record], _ => Assert.Fail("Applied without being stored."));
            await _intake.Work.Writer.WriteAsync(refused, _deadline.Token);
            await Assert.ThrowsAsync<LogUnavailableException>(() => refused.Done.Task.WaitAsync(_deadline.Token));
        }
        Assert.Equal(2, _log.Records().Count);
        await EndAsync(run);
    }

    [Fact]
    public async Task Idle_loop_beats_on_and_shows_that_time_passes()
    {
        var loop = Loop();
        var run = loop.RunAsync(_ending.Token);
        var before = loop.Latest.At;
        await UntilAsync(() => loop.Latest.At > before + 5 * GatewayLoop.Beat);
        Assert.Equal(0, loop.ReadingsAccepted);
        await EndAsync(run);
    }

    [Fact]
    public async Task What_waits_when_it_is_told_to_end_is_still_taken_in_and_stored()
    {
        var loop = Loop();
        var now = _clock.Now;
        for (var i = 0; i < 100; i++)
            _intake.Readings.Writer.TryWrite(new Reading(new PointId(0), now + TimeSpan.FromMilliseconds(10 * i - 1000), i, Quality.Good));
        _intake.Incidents.Writer.TryWrite(new Incident(_clock.Now, IncidentKind.DeviceLost, "main", "The last word."));
        _ending.Cancel();
        await loop.RunAsync(_ending.Token);
        Assert.Equal(100, loop.ReadingsAccepted);
        Assert.Equal("The last word.", Assert.IsType<IncidentFact>(Assert.Single(_log.Read(0, 10)).Fact).Incident.Text);
    }

    [Fact]
    public async Task Readings_are_questionable_until_the_clock_is_synchronised_and_the_change_is_an_incident()
    {
        _synchronised = false;
        var loop = Loop();
        var run = loop.RunAsync(_ending.Token);
        await UntilAsync(() => !loop.Latest.ClockTrusted);
        await UntilAsync(() => loop.Latest.Latest[0].Quality == Quality.Questionable, () => Send(1));
        _synchronised = true;
        // A minute may have closed before.
        await UntilAsync(() => _log.Read(0, 100).Any(entry => entry.Fact is IncidentFact { Incident.Kind: IncidentKind.ClockSynchronised }));
        await UntilAsync(() => loop.Latest.Latest[0].Quality == Quality.Good, () => Send(2));
        await EndAsync(run);
    }

    [Fact]
    public async Task Change_of_a_desk_is_told_with_the_snapshot_that_shows_it_and_stored_with_the_beat()
    {
        var plan = OccupancyPlan.Of(
            [Points[0], Points[0] with { Id = new PointId(1), Name = "pir", Quantity = Quantity.All.Single(q => q.Name == "presence") }],
            [new Space("open", "Open space", null)], [new Desk("d01", "d01", "open", [new PointId(1)])]);
        using var desks = DeskLog.Open(_log.FilePath, "lyon-1", ["d01"], _clock.Now);
        var gateway = new Gateway(plan, TimeZoneInfo.Utc, GatewayLimits.Default);
        gateway.RestoreDesks([], desks.Sequence);
        var recorder = new Recorder(_log, plan.Points, NullLogger.Instance) { Desks = (desks, plan.Desks) };
        var told = new ConcurrentQueue<(Snapshot Snapshot, DeskStatus Change)>();
        var loop = new GatewayLoop(gateway, _clock, _intake, recorder, _time)
        {
            DesksChanged = (snapshot, changes) =>
            {
                foreach (var change in changes) told.Enqueue((snapshot, change));
            },
        };
        var run = loop.RunAsync(_ending.Token);
        await UntilAsync(() => loop.Latest.Desks[0].State == DeskState.Occupied,
            () => _intake.Readings.Writer.TryWrite(new Reading(new PointId(1), _clock.Now, 1, Quality.Good)));
        // Its point is read once a second: after two and a half nothing is known of it any more.
        await UntilAsync(() => loop.Latest.Desks[0].State == DeskState.Unknown);
        await EndAsync(run);
        // On a slow machine the desk was taken and forgotten before this thread saw it, and was taken again.
        DeskState[] states = [.. told.Select(t => t.Change.State)];
        Assert.True(states.Length >= 3);
        Assert.Equal(states.Select((_, i) => i % 2 == 0 ? DeskState.Unknown : DeskState.Occupied), states);
        Assert.All(told, t => Assert.Equal((t.Change, t.Change.Sequence), (t.Snapshot.Desks[0], t.Snapshot.DeskSequence)));
        Assert.Equal(told.Select(t => t.Change), desks.Read().Select(c => c.Status));
        Assert.Equal(told.Last().Change.Sequence, desks.Sequence);
        Assert.All(Enumerable.Range(1, (int)_log.Head), n => Assert.False(_log.Read(n - 1, 1)[0].Fact is WindowFact { Series.Name: "pir" }));
    }

    private GatewayLoop Loop() => new(new Gateway(Points, TimeZoneInfo.Utc, GatewayLimits.Default), _clock, _intake, _recorder, _time)
    {
        ClockSynchronised = () => _synchronised,
        SnapshotTaken = _ => Interlocked.Increment(ref _shown),
    };

    private void Send(double value) => _intake.Readings.Writer.TryWrite(new Reading(new PointId(0), _clock.Now, value, Quality.Good));

    private async Task EndAsync(Task run)
    {
        _ending.Cancel();
        await run;
    }

    private async Task UntilAsync(Func<bool> condition, Action? meanwhile = null)
    {
        while (!condition())
        {
            meanwhile?.Invoke();
            await Task.Delay(5, _deadline.Token);
        }
    }
}
