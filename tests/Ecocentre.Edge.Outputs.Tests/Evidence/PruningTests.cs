using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class PruningTests : IDisposable
{
    // 900 windows of all digits: more than thirty kilobytes a page, so that a small log is full after some 120 steps.
    private const int Points = 900;

    private static readonly LogOptions Small = new() { BytesMax = LogOptions.BytesMaxFloor, RestoreKeep = TimeSpan.FromHours(1) };
    private static readonly Series[] Plant = Facts.Plant(Points);

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_is_delivered_and_old_goes_and_the_rest_stays()
    {
        var options = new LogOptions { Keep = TimeSpan.FromHours(3), EvidenceKeep = TimeSpan.FromHours(5), RestoreKeep = TimeSpan.FromHours(1) };
        using var log = Open(options);
        log.Sinks(["mqtt"], Facts.Start);
        for (var minute = 0; minute < 480; minute += 10) Step(log, minute, evidence: true, points: 3);
        var now = At(480);
        // Each step is a page of 3 minute windows and one of 3 quarters. Nothing is delivered: nothing goes.
        log.Prune(now);
        Assert.Equal(48 * 6, log.Read(0, int.MaxValue).Count);

        log.MoveCursor("mqtt", log.Head);
        log.Prune(now);
        var held = log.Read(0, int.MaxValue);
        Assert.Equal(At(300), held.Where(IsMinute).Min(entry => entry.Fact.At));
        Assert.Equal(At(180), held.Where(entry => !IsMinute(entry)).Min(entry => entry.Fact.At));
        Assert.Equal(held[0].Sequence, log.Tail);
        Assert.Equal(0, log.Health().Dropped);
        Assert.DoesNotContain(held, entry => entry.Fact is IncidentFact);
        Assert.Equal(held.Select(entry => entry.Fact), log.WindowsSince(Facts.Start));
        Assert.Equal(held.Select(entry => entry.Fact).Where(fact => fact.At >= At(200)), log.WindowsSince(At(200)));
    }

    [Fact]
    public void What_restoring_needs_stays_however_short_windows_are_kept()
    {
        var options = new LogOptions { Keep = TimeSpan.Zero, EvidenceKeep = TimeSpan.Zero, RestoreKeep = TimeSpan.FromHours(2) };
        using var log = Open(options);
        for (var minute = 0; minute < 300; minute += 10) Step(log, minute, evidence: true, points: 3);
        log.Prune(At(300));
        Assert.Equal(At(180), log.MinutesSince(Facts.Start).Min(minute => minute.At));
        // The newest page stays in any case, so that the log never looks empty.
        Assert.Equal(log.Head, log.Read(0, int.MaxValue)[^1].Sequence);
    }

    [Fact]
    public void Appending_prunes_by_itself_once_an_hour()
    {
        var options = new LogOptions { Keep = TimeSpan.FromHours(1), EvidenceKeep = TimeSpan.FromHours(1), RestoreKeep = TimeSpan.FromHours(1) };
        using var log = Open(options);
        for (var minute = 0; minute < 600; minute += 10) Step(log, minute, evidence: false, points: 3);
        Assert.InRange(log.Read(0, int.MaxValue).Count, 6 * 3, 13 * 3);
    }

    /// <summary>Goal: a sink that never comes costs the oldest minute windows and nothing else. Method: a log with room for some 120 steps
    /// gets more than twice as many; what is missing is held against what it says.</summary>
    [Fact]
    public void With_a_sink_that_never_comes_minute_windows_go_first_and_it_is_said()
    {
        using var log = Open(Small);
        log.Sinks(["influx"], Facts.Start);
        for (var minute = 0; minute < 300; minute++)
        {
            Step(log, minute, evidence: minute % 15 == 0);
            AssertWithinBytes();
        }
        var held = log.Read(0, int.MaxValue);
        var quarters = held.Count(entry => entry.Fact is WindowFact { Aggregate.Kind: WindowKind.QuarterHour });
        Assert.Equal(20 * Points, quarters);
        var minutes = held.Where(IsMinute).Select(entry => entry.Fact.At).Distinct().ToList();
        Assert.Equal(At(299), minutes[^1]);
        Assert.Equal(minutes.Order(), minutes);
        Assert.InRange(minutes.Count, 65, 250);
        Assert.Equal(At(299 - minutes.Count + 1), minutes[0]);

        var dropped = Dropped(held);
        Assert.NotEmpty(dropped);
        // Full logs are rare: each time a stretch goes, not a step.
        Assert.InRange(dropped.Count, 1, 90);
        Assert.Equal((300 - minutes.Count) * Points, dropped.Sum(incident => incident.Value));
        Assert.Equal((300 - minutes.Count) * Points, log.Health().Dropped);
        Assert.All(dropped, incident => Assert.Contains("minute windows", incident.Text, StringComparison.Ordinal));
        Assert.All(dropped, incident => Assert.Contains("before influx had taken them", incident.Text, StringComparison.Ordinal));
        Assert.Equal(log.Head, held[^1].Sequence);
        Assert.Equal(log.Head, held.Count + log.Health().Dropped);
    }

    [Fact]
    public void Evidence_goes_when_there_is_nothing_else_and_the_newest_stays()
    {
        using var log = Open(Small);
        log.Sinks(["influx"], Facts.Start);
        for (var quarter = 0; quarter < 200; quarter++)
        {
            log.Append(Bulky(WindowKind.QuarterHour, quarter * 15, Points), [], At(quarter * 15));
            AssertWithinBytes();
        }
        var held = log.Read(0, int.MaxValue);
        Assert.Equal(At(199 * 15), held.Last(entry => entry.Fact is WindowFact).Fact.At);
        Assert.All(Dropped(held), incident => Assert.Contains("entries of evidence", incident.Text, StringComparison.Ordinal));
        Assert.True(log.Health().Dropped > 0);
        Assert.InRange(held.Count(entry => entry.Fact is WindowFact), 60 * Points, 199 * Points);
    }

    [Fact]
    public void What_a_sink_has_goes_before_what_it_has_not()
    {
        using var log = Open(Small);
        log.Sinks(["influx", "mqtt"], Facts.Start);
        long delivered = 0;
        for (var minute = 0; minute < 170; minute++)
        {
            Step(log, minute, evidence: minute % 15 == 0);
            if (minute < 90) delivered = log.Head;
            log.MoveCursor("mqtt", log.Head);
            log.MoveCursor("influx", Math.Min(delivered, log.Head));
        }
        var held = log.Read(0, int.MaxValue);
        Assert.True(held[0].Sequence > 1);
        Assert.Empty(Dropped(held));
        Assert.Equal(0, log.Health().Dropped);
        Assert.Equal(log.Head - delivered, held.Count(entry => entry.Sequence > delivered));
        Assert.Equal(log.Head - delivered, log.Health().Undelivered);
        Assert.Equal(At(90), log.Health().UndeliveredSince);
    }

    [Fact]
    public void Without_sinks_minute_windows_make_room_for_evidence()
    {
        using var log = Open(Small);
        for (var minute = 0; minute < 200; minute++) Step(log, minute, evidence: minute % 15 == 0);
        var held = log.Read(0, int.MaxValue);
        Assert.Equal(14 * Points, held.Count(entry => entry.Fact is WindowFact { Aggregate.Kind: WindowKind.QuarterHour }));
        Assert.All(Dropped(held), incident => Assert.Contains("before their time", incident.Text, StringComparison.Ordinal));
        AssertWithinBytes();
    }

    [Fact]
    public void A_log_given_fewer_bytes_shrinks_to_them()
    {
        using (var log = Open(new LogOptions { BytesMax = 64L << 20 }))
            for (var minute = 0; minute < 300; minute++) Step(log, minute, evidence: false);
        Assert.InRange(Bytes(), LogOptions.BytesMaxFloor, 64L << 20);
        using var smaller = Open(Small);
        for (var minute = 300; minute < 320; minute++) Step(smaller, minute, evidence: false);
        AssertWithinBytes();
        Assert.Equal(At(319), smaller.Read(smaller.Head - Points, 1)[0].Fact.At);
    }

    [Fact]
    public async Task A_follower_that_comes_back_gets_what_is_left_in_consecutive_batches()
    {
        using var log = Open(Small);
        log.Sinks(["influx"], Facts.Start);
        for (var minute = 0; minute < 200; minute++) Step(log, minute, evidence: minute % 15 == 0);
        var sink = new CountingSink();
        var incidents = System.Threading.Channels.Channel.CreateBounded<Incident>(1);
        await using var follower = new SinkFollower(
            sink, log, new FollowerSurroundings(new ManualTime(), () => Facts.Start, incidents.Writer, GatewayLimits.Default), new Random(1));
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var running = follower.RunAsync(end.Token);
        while (log.Cursor("influx") < log.Head) await Task.Delay(10, end.Token);
        end.Cancel();
        await running;
        Assert.Equal(log.Read(0, int.MaxValue).Select(entry => entry.Sequence), sink.Sequences);
        Assert.True(sink.Consecutive);
        Assert.Equal(0, log.Lag("influx").Entries);
        Assert.Null(log.Lag("influx").Since);
    }

    private static Instant At(int minute) => Facts.Start + TimeSpan.FromMinutes(minute);

    private static bool IsMinute(LogEntry entry) => entry.Fact is WindowFact { Aggregate.Kind: WindowKind.Minute };

    private static List<Incident> Dropped(IReadOnlyList<LogEntry> held) =>
        [.. held.Select(entry => entry.Fact).OfType<IncidentFact>().Select(fact => fact.Incident).Where(one => one.Kind == IncidentKind.EntriesDropped)];

    private static void Step(EvidenceLog log, int minute, bool evidence, int points = Points)
    {
        var facts = Bulky(WindowKind.Minute, minute, points);
        if (evidence) facts.AddRange(Bulky(WindowKind.QuarterHour, minute, points));
        log.Append(facts, [], At(minute));
    }

    private static List<LogFact> Bulky(WindowKind kind, int minute, int points)
    {
        var random = new Random(minute);
        return [.. Plant.Take(points).Select(series => new WindowFact(series, new Aggregate(
            default, kind, new Window(At(minute), TimeSpan.FromMinutes(1)), 0, 60,
            random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble())))];
    }

    private EvidenceLog Open(LogOptions options) => EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", options, Facts.Start);

    private long Bytes() => new[] { "", "-wal" }.Select(suffix => new FileInfo(_scratch.File("log.db" + suffix))).Sum(file => file.Exists ? file.Length : 0);

    private void AssertWithinBytes() => Assert.InRange(Bytes(), 0, Small.BytesMax);

    private sealed class CountingSink : ISink
    {
        public List<long> Sequences { get; } = [];

        public bool Consecutive { get; private set; } = true;

        public string Name => "influx";

        public ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
        {
            var batch = entries.ToArray();
            Consecutive &= batch[^1].Sequence - batch[0].Sequence == batch.Length - 1;
            Sequences.AddRange(batch.Select(entry => entry.Sequence));
            return ValueTask.FromResult(Delivery.Accepted);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
