using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

/// <summary>A receiver that is away: for how long there is room, and that it gets all of it when it is back.</summary>
public sealed class OutboxRoomTests(ITestOutputHelper output) : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <summary>Goal: what is foretold comes true. Method: a small log of steady load is asked at half of its room; then it is filled.</summary>
    [Fact]
    public void Room_is_foretold_from_what_came_in_the_last_hour()
    {
        using var log = Open(new LogOptions { BytesMax = LogOptions.BytesMaxFloor, RestoreKeep = TimeSpan.FromHours(1) });
        log.Sinks(["mqtt"], Facts.Start);
        var series = Facts.Plant(900);
        Append(log, series, 0);
        Assert.Null(log.Room("mqtt").FullIn);
        var minute = 1;
        for (; minute <= 45; minute++) Append(log, series, minute);
        var room = log.Room("mqtt");
        Assert.InRange(room.Bytes, log.Health().Bytes * 9 / 10, log.Health().Bytes);
        var (asked, foretold) = (minute, room.FullIn!.Value.TotalMinutes);
        while (log.Health().Dropped == 0) Append(log, series, minute++);
        output.WriteLine($"foretold {foretold:0} min, came after {minute - asked} min");
        Assert.InRange(foretold, (minute - asked) * 0.8, (minute - asked) * 1.25);
        // Then a fiftieth of the log is free again, and no more.
        Assert.InRange(log.Room("mqtt").FullIn!.Value.TotalMinutes, 0, foretold / 4);
        // Whoever has taken everything has all of the room again.
        log.MoveCursor("mqtt", log.Head);
        Assert.Equal(0, log.Room("mqtt").Bytes);
        Assert.True(log.Room("mqtt").FullIn!.Value.TotalMinutes > foretold);
    }

    [Fact]
    public void Clock_that_is_set_begins_to_measure_anew()
    {
        using var log = Open(LogOptions.Default);
        log.Sinks(["mqtt"], Facts.Start);
        var series = Facts.Plant(20);
        for (var minute = 0; minute < 10; minute++) Append(log, series, minute);
        var before = log.Room("mqtt").FullIn!.Value;
        log.Append(Facts.Windows(series, WindowKind.Minute, Facts.Start, new Random(1)), [], Facts.Start - TimeSpan.FromDays(30));
        for (var minute = 10; minute < 20; minute++) Append(log, series, minute);
        Assert.InRange(log.Room("mqtt").FullIn!.Value / before, 0.5, 2);
    }

    [Fact]
    public Task Hours_without_uplink_at_400_points_leave_room_for_a_week_and_drain_while_live_data_goes_on() => AwayAsync(hours: 3);

    /// <summary>The week itself; minutes of work, so it runs only when asked for.</summary>
    [Fact(Explicit = true)]
    public Task A_week_without_uplink_at_400_points_fits_and_drains_while_live_data_goes_on() => AwayAsync(hours: 7 * 24);

    /// <summary>Goal: nothing is given up in a week, and a receiver that is back gets everything, oldest first, while new minutes come. Method: the real log
    /// and a follower; with each batch that the receiver takes another minute passes, far more slowly than a real receiver drains.</summary>
    private async Task AwayAsync(int hours)
    {
        using var log = Open(LogOptions.Default);
        log.Sinks(["mqtt"], Facts.Start);
        var series = Facts.Plant(400);
        var minute = 0;
        for (; minute < hours * 60; minute++) Append(log, series, minute);
        var health = log.Health();
        var week = health.Bytes / (double)hours * 7 * 24;
        output.WriteLine($"{hours} h of 400 points without uplink take {health.Bytes / 1e6:0.0} MB, a week {week / 1e6:0} MB of {health.BytesMax / 1e6:0} MB; "
            + $"room for {log.Room("mqtt").FullIn!.Value.TotalDays:0.0} days more");
        Assert.Equal(0, health.Dropped);
        Assert.InRange(week, 1e6, 0.5 * LogOptions.Default.BytesMax);

        var backlog = log.Head;
        var sink = new Receiver(backlog) { Taken = () => Append(log, series, minute++) };
        var incidents = Channel.CreateBounded<Incident>(1);
        await using var follower = new SinkFollower(
            sink, log, new FollowerSurroundings(new ManualTime(), () => Facts.Start, incidents.Writer, GatewayLimits.Default), new Random(1));
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var running = follower.RunAsync(end.Token);
        await sink.Reached(backlog).WaitAsync(end.Token);
        await sink.Reached(log.Head).WaitAsync(end.Token);
        end.Cancel();
        await running;
        Assert.True(sink.IsGapless, "Some entries were left out, or came twice.");
        Assert.Equal(0, log.Health().Dropped);
        // Each batch is 2,000 entries, in which 400 came: the backlog shrinks by 1,600 a batch.
        Assert.InRange(minute - hours * 60, backlog / 2_000, backlog / 1_200 + 5);
    }

    private static void Append(EvidenceLog log, Series[] series, int minute)
    {
        var (at, random) = (Facts.Start + TimeSpan.FromMinutes(minute), new Random(minute));
        var facts = Facts.Windows(series, WindowKind.Minute, at, random);
        if (minute % 15 == 14) facts.AddRange(Facts.Windows(series, WindowKind.QuarterHour, at - TimeSpan.FromMinutes(14), random));
        if (minute % 60 == 59) facts.AddRange(Facts.Windows(series, WindowKind.Hour, at - TimeSpan.FromMinutes(59), random));
        log.Append(facts, [], at + TimeSpan.FromMinutes(1));
    }

    private EvidenceLog Open(LogOptions options) => EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", options, Facts.Start);

    /// <summary>Takes everything, and says how far it is.</summary>
    /// <param name="backlog">Until it has this, every batch that it takes is told.</param>
    private sealed class Receiver(long backlog) : ISink
    {
        private readonly TaskCompletionSource[] _reached =
            [new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously)];
        private readonly long[] _wanted = [long.MaxValue, long.MaxValue];
        private readonly Lock _gate = new();
        private long _last;
        private int _waits;

        public string Name => "mqtt";

        public required Action Taken { get; init; }

        public bool IsGapless { get; private set; } = true;

        public Task Reached(long sequence)
        {
            lock (_gate)
            {
                var wait = _waits++;
                if (_last >= sequence) _reached[wait].TrySetResult();
                _wanted[wait] = sequence;
                return _reached[wait].Task;
            }
        }

        public async ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
        {
            // A receiver answers later than it is asked; else the follower would never let go of its thread.
            await Task.Yield();
            if (_last < backlog) Taken();
            lock (_gate)
            {
                foreach (var entry in entries.Span) IsGapless &= entry.Sequence == ++_last;
                for (var wait = 0; wait < _waits; wait++)
                    if (_last >= _wanted[wait]) _reached[wait].TrySetResult();
            }
            return Delivery.Accepted;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
