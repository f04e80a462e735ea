using System.Text.Json;
using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests;

public sealed class SinkFollowerTests : IAsyncLifetime
{
    private readonly Scratch _scratch = new();
    private readonly ManualTime _time = new();
    private readonly Channel<Incident> _incidents = Channel.CreateBounded<Incident>(64);
    private readonly CancellationTokenSource _end = new();
    private readonly ScriptedSink _sink = new();
    private readonly EvidenceLog _log;
    private readonly SinkFollower _follower;
    private Task _running = Task.CompletedTask;

    public SinkFollowerTests()
    {
        _log = EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Facts.Start);
        _log.Sinks(["influx"], Facts.Start);
        _follower = Follower(_log);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _end.Cancel();
        await _running.WaitAsync(TimeSpan.FromSeconds(60));
        await _follower.DisposeAsync();
        _log.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task What_is_accepted_moves_the_cursor_and_what_comes_later_follows()
    {
        Append(30);
        Start();
        var offer = await NextAsync();
        Assert.Equal(Sequences(1, 30), offer.Sequences);
        Assert.Equal(0, _log.Cursor("influx"));
        offer.Answer(Delivery.Accepted);
        Append(5);
        offer = await NextAsync();
        Assert.Equal(Sequences(31, 35), offer.Sequences);
        Assert.Equal(30, _log.Cursor("influx"));
        offer.Answer(Delivery.Accepted);
        Append(1);
        await NextAsync();
        Assert.Equal(35, _follower.Health.Delivered);
        Assert.Equal(1, _follower.Health.Lag.Entries);
    }

    [Fact]
    public async Task A_batch_has_at_most_so_many_entries_and_bytes()
    {
        Append(2_500);
        Start();
        var offer = await NextAsync();
        Assert.Equal(Sequences(1, GatewayLimits.Default.BatchEntriesMax), offer.Sequences);
        offer.Answer(Delivery.Accepted);
        offer = await NextAsync();
        Assert.Equal(Sequences(GatewayLimits.Default.BatchEntriesMax + 1, 2_500), offer.Sequences);
        // Texts of 100,000 characters: a handful is a batch.
        _log.Append([.. Enumerable.Range(0, 20).Select(_ => Facts.Incident(Facts.Start, new string('x', 100_000)))], [], Facts.Start);
        offer.Answer(Delivery.Accepted);
        offer = await NextAsync();
        Assert.InRange(offer.Sequences.Count, 1, 10);
    }

    [Fact]
    public async Task Not_now_is_asked_again_with_growing_waits_and_the_cursor_stays()
    {
        Append(10);
        Start();
        for (var failure = 0; failure < 5; failure++)
        {
            (await NextAsync()).Answer(Delivery.RetryLater($"away {failure}"));
            var wait = await _time.WaitForWaitAsync(Backoff.Max);
            Assert.InRange(wait, TimeSpan.FromSeconds(Math.Pow(2, failure) / 2), TimeSpan.FromSeconds(Math.Pow(2, failure)));
            Assert.Equal($"away {failure}", _follower.Health.Trouble);
            Assert.Equal(Facts.Start, _follower.Health.TroubleSince);
            Assert.Equal(0, _log.Cursor("influx"));
            _time.Advance(wait);
        }
        (await NextAsync()).Answer(Delivery.Accepted);
        Append(1);
        var offer = await NextAsync();
        Assert.Null(_follower.Health.Trouble);
        // It worked in between: the waits begin anew.
        offer.Answer(Delivery.RetryLater("away again"));
        Assert.InRange(await _time.WaitForWaitAsync(Backoff.Max), TimeSpan.Zero, Backoff.First);
    }

    [Fact]
    public async Task A_wait_that_the_receiver_asks_for_is_kept()
    {
        Append(1);
        Start();
        (await NextAsync()).Answer(Delivery.RetryLater("429", TimeSpan.FromMinutes(5)));
        Assert.InRange(await _time.WaitForWaitAsync(TimeSpan.FromHours(1)), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5.5));
    }

    [Fact]
    public async Task A_sink_that_throws_is_asked_again_later()
    {
        Append(3);
        Start();
        (await NextAsync()).Fail(new InvalidOperationException("no socket"));
        await _time.WaitForWaitAsync(Backoff.Max);
        Assert.Contains("no socket", _follower.Health.Trouble!, StringComparison.Ordinal);
        _time.Advance(Backoff.Max);
        Assert.Equal(Sequences(1, 3), (await NextAsync()).Sequences);
    }

    [Fact]
    public async Task What_is_refused_for_good_is_set_apart_with_an_incident_and_the_rest_goes_on()
    {
        Append(6);
        Start();
        (await NextAsync()).Answer(Delivery.Rejected("field type conflict", [2, 5, 77]));
        var incident = await _incidents.Reader.ReadAsync();
        Assert.Equal((IncidentKind.EntryRejected, "influx", 2.0), (incident.Kind, incident.Subject, incident.Value));
        Assert.Contains("field type conflict", incident.Text, StringComparison.Ordinal);
        Append(1);
        Assert.Equal([7L], (await NextAsync()).Sequences);
        Assert.Equal(6, _log.Cursor("influx"));
        var lines = await File.ReadAllLinesAsync(_scratch.File("rejected/influx.jsonl"));
        var apart = lines.Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([2L, 5], apart.Select(line => line.GetProperty("sequence").GetInt64()));
        Assert.All(apart, line => Assert.Equal("field type conflict", line.GetProperty("reason").GetString()));
        Assert.Equal((4, 2), (_follower.Health.Delivered, _follower.Health.SetApart));
    }

    [Fact]
    public async Task A_refused_incident_about_a_refusal_makes_no_other_one()
    {
        _log.Append([Facts.Incident(Facts.Start, "influx refused sequence 7", IncidentKind.EntryRejected)], [], Facts.Start);
        Start();
        (await NextAsync()).Answer(Delivery.Rejected("no", [1]));
        Append(1);
        Assert.Equal([2L], (await NextAsync()).Sequences);
        Assert.False(_incidents.Reader.TryRead(out _));
        Assert.True(File.Exists(_scratch.File("rejected/influx.jsonl")));
    }

    [Fact]
    public async Task Refused_entries_that_cannot_be_set_apart_are_offered_again()
    {
        // A file where the folder should be: no file can be made in it.
        _scratch.Write("rejected", "");
        Append(2);
        Start();
        (await NextAsync()).Answer(Delivery.Rejected("no", [1]));
        await _time.WaitForWaitAsync(Backoff.Max);
        Assert.Contains("cannot be set apart", _follower.Health.Trouble!, StringComparison.Ordinal);
        Assert.Equal(0, _log.Cursor("influx"));
    }

    [Fact]
    public async Task A_range_is_replayed_in_between_without_moving_the_cursor()
    {
        Append(20);
        Start();
        (await NextAsync()).Answer(Delivery.Accepted);
        await Eventually(() => _log.Cursor("influx") == 20);
        Assert.True(_follower.Replay(5, 1_000));
        var replayed = await NextAsync();
        Assert.Equal(Sequences(5, 20), replayed.Sequences);
        Append(3);
        replayed.Answer(Delivery.RetryLater("busy"));
        _time.Advance(await _time.WaitForWaitAsync(Backoff.Max));
        // What is new does not wait for the replay to succeed.
        var followed = await NextAsync();
        Assert.Equal(Sequences(21, 23), followed.Sequences);
        followed.Answer(Delivery.Accepted);
        replayed = await NextAsync();
        Assert.Equal(Sequences(5, 20), replayed.Sequences);
        replayed.Answer(Delivery.Accepted);
        Append(1);
        Assert.Equal([24L], (await NextAsync()).Sequences);
        Assert.Equal(23, _log.Cursor("influx"));
        Assert.True(_follower.Replay(50, 60));
        Assert.True(_follower.Replay(0, 0));
    }

    [Fact]
    public async Task A_replayed_window_does_not_take_the_place_of_its_revision()
    {
        var random = new Random(1);
        var first = (WindowFact)Facts.Window(Facts.Plant(1)[0], WindowKind.Minute, Facts.Start, 0, random);
        var revised = first with { Aggregate = first.Aggregate with { Revision = 1, Count = 61 } };
        _log.Append([first], [], Facts.Start);
        Append(3);
        _log.Append([revised], [], Facts.Start);
        Append(2);
        Start();
        (await NextAsync()).Answer(Delivery.Accepted);
        await Eventually(() => _log.Cursor("influx") == 7);
        Assert.True(_follower.Replay(1, 2));
        var replayed = await NextAsync();
        Assert.Equal(Sequences(1, 2), replayed.Sequences);
        replayed.Answer(Delivery.Accepted);
        // Up to the revision, which was sequence 5, and no further.
        replayed = await NextAsync();
        Assert.Equal(Sequences(3, 5), replayed.Sequences);
        replayed.Answer(Delivery.Accepted);
        Append(1);
        Assert.Equal([8L], (await NextAsync()).Sequences);
    }

    [Fact]
    public async Task A_restart_goes_on_where_acceptance_ended()
    {
        Append(10);
        Start();
        (await NextAsync()).Answer(Delivery.Accepted);
        await Eventually(() => _log.Cursor("influx") == 10);
        Append(4);
        await NextAsync();
        _end.Cancel();
        await _running.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(10, _log.Cursor("influx"));
        using var end = new CancellationTokenSource();
        var second = Follower(_log);
        var running = second.RunAsync(end.Token);
        Assert.Equal(Sequences(11, 14), (await NextAsync()).Sequences);
        end.Cancel();
        await running.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task It_ends_quietly_while_it_waits_for_entries_for_the_sink_and_between_tries()
    {
        foreach (var upTo in new Func<Task>[]
        {
            () => Task.CompletedTask,
            async () => { Append(1); await NextAsync(); },
            async () => { (await NextAsync()).Answer(Delivery.RetryLater("no")); await _time.WaitForWaitAsync(Backoff.Max); },
        })
        {
            using var end = new CancellationTokenSource();
            var running = Follower(_log).RunAsync(end.Token);
            await upTo();
            end.Cancel();
            await running.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>Goal: a simulator that owns the thread sees every continuation. Method: a follower runs in a context that keeps what is posted; it is
    /// driven through waiting, failing, backing off, replaying and ending by nothing but running what was posted.</summary>
    [Fact]
    public void In_a_context_of_its_own_nothing_happens_elsewhere()
    {
        var context = new PostedWork();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            var offers = 0;
            Delivery answer = Delivery.Accepted;
            var sink = new ImmediateSink(() =>
            {
                Assert.Same(context, SynchronizationContext.Current);
                offers++;
                return answer;
            });
            using var end = new CancellationTokenSource();
            var running = new SinkFollower(
                sink, _log, new FollowerSurroundings(_time, () => Facts.Start, _incidents.Writer, GatewayLimits.Default), new Random(1)).RunAsync(end.Token);
            context.RunAll();
            Assert.Equal(0, offers);
            Append(3);
            context.RunAll();
            Assert.Equal((1, 3), (offers, _log.Cursor("influx")));
            answer = Delivery.RetryLater("away");
            Append(2);
            context.RunAll();
            Assert.Equal((2, 3), (offers, _log.Cursor("influx")));
            answer = Delivery.Accepted;
            _time.Advance(Backoff.First);
            context.RunAll();
            Assert.Equal((3, 5), (offers, _log.Cursor("influx")));
            end.Cancel();
            context.RunAll();
            Assert.True(running.IsCompletedSuccessfully);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private SinkFollower Follower(EvidenceLog log) =>
        new(_sink, log, new FollowerSurroundings(_time, () => Facts.Start, _incidents.Writer, GatewayLimits.Default), new Random(1));

    private void Start() => _running = _follower.RunAsync(_end.Token);

    private void Append(int count)
    {
        var plant = Facts.Plant(count);
        _log.Append(Facts.Windows(plant, WindowKind.Minute, Facts.Start, new Random(count)), [], Facts.Start);
    }

    private async Task<Offer> NextAsync() => await _sink.Offers.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    private static IEnumerable<long> Sequences(long first, long last) => Enumerable.Range(0, (int)(last - first + 1)).Select(n => first + n);

    private static async Task Eventually(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 3_000, "It does not come to pass.");
            await Task.Delay(10);
        }
    }

    /// <summary>Hands every batch to the test and waits for its answer.</summary>
    private sealed class ScriptedSink : ISink
    {
        public Channel<Offer> Offers { get; } = Channel.CreateBounded<Offer>(1);

        public string Name => "influx";

        public async ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
        {
            var offer = new Offer([.. entries.ToArray().Select(entry => entry.Sequence)]);
            await Offers.Writer.WriteAsync(offer, cancellation);
            return await offer.Answered.WaitAsync(cancellation);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class ImmediateSink(Func<Delivery> answer) : ISink
    {
        public string Name => "influx";

        public ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation) => ValueTask.FromResult(answer());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Keeps what is posted until the test runs it.</summary>
    private sealed class PostedWork : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

        public void RunAll()
        {
            while (_posted.TryDequeue(out var work)) work.Callback(work.State);
        }
    }

    /// <summary>A batch as the sink was offered it, and the test's answer.</summary>
    private sealed class Offer(IReadOnlyList<long> sequences)
    {
        private readonly TaskCompletionSource<Delivery> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<long> Sequences => sequences;

        public Task<Delivery> Answered => _answer.Task;

        public void Answer(Delivery delivery) => _answer.SetResult(delivery);

        public void Fail(Exception reason) => _answer.SetException(reason);
    }
}
