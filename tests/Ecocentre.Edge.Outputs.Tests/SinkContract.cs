using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests;

/// <summary>What every <see cref="ISink"/> must do. A subclass starts a real receiver and says how to look into it.</summary>
public abstract class SinkContract : IAsyncLifetime
{
    /// <summary>How long a receiver on loopback may take for anything before the test says that it hangs.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly Series[] Series = Facts.Plant(40);

    /// <summary>Starts the receiver, empty.</summary>
    public abstract ValueTask InitializeAsync();

    /// <summary>Stops the receiver.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>A sink of centre <c>lyon-1</c> to the receiver, ready to deliver as soon as the receiver can.</summary>
    protected abstract ISink CreateSink();

    /// <summary>The distinct sequences the receiver holds, waiting until it holds at least so many or <see cref="Deadline"/> has passed.</summary>
    protected abstract Task<IReadOnlyCollection<long>> HeldAsync(int countMin);

    /// <summary>Takes the receiver away: nothing answers any more.</summary>
    protected abstract Task BreakAsync();

    /// <summary>Brings the receiver back, with or without what it held.</summary>
    protected abstract Task MendAsync();

    [Fact]
    public async Task Its_name_can_be_a_cursor_and_stays()
    {
        await using var one = CreateSink();
        await using var another = CreateSink();
        Assert.Equal(one.Name, another.Name);
        Assert.Matches("^[a-z0-9][a-z0-9.-]*$", one.Name);
    }

    [Fact]
    public async Task A_batch_is_taken_whole()
    {
        await using var sink = CreateSink();
        var batch = Batch(1, 250);
        Assert.Equal(DeliveryOutcome.Accepted, (await UntilTakenAsync(sink, batch)).Outcome);
        Assert.Equal(Sequences(batch), (await HeldAsync(250)).Order());
    }

    [Fact]
    public async Task One_entry_is_a_batch()
    {
        await using var sink = CreateSink();
        await UntilTakenAsync(sink, Batch(7, 1));
        Assert.Equal([7L], await HeldAsync(1));
    }

    [Fact]
    public async Task The_largest_batch_is_taken()
    {
        await using var sink = CreateSink();
        var batch = Batch(1, GatewayLimits.Default.BatchEntriesMax);
        await UntilTakenAsync(sink, batch);
        Assert.Equal(Sequences(batch), (await HeldAsync(batch.Length)).Order());
    }

    [Fact]
    public async Task Delivering_twice_is_harmless()
    {
        await using var sink = CreateSink();
        var batch = Batch(1, 100);
        await UntilTakenAsync(sink, batch);
        await UntilTakenAsync(sink, batch);
        await UntilTakenAsync(sink, Batch(101, 1));
        Assert.Equal(Enumerable.Range(1, 101).Select(n => (long)n), (await HeldAsync(101)).Order());
    }

    [Fact]
    public async Task Windows_without_values_and_texts_with_every_sign_are_taken()
    {
        await using var sink = CreateSink();
        var nothing = new Aggregate(default, WindowKind.Minute, new Window(Facts.Start, TimeSpan.FromMinutes(1)), 0, 0,
            double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 0);
        var odd = new Series("odd.name-1", "temperature", "°C", PointKind.Gauge, "device with space, comma=equals", "zone \"quoted\"\\");
        LogEntry[] batch =
        [
            new(1, new WindowFact(odd, nothing)),
            new(2, Facts.Incident(Facts.Start, "Line one\nline two\r\n\ttab, comma=equals \"quotes\" \\ back\\\\slash ÄÖ 会 🏢")),
            new(3, new IncidentFact(new Incident(Facts.Start, IncidentKind.Glitch, "a b,c=d", "", double.NaN))),
            new(4, new IncidentFact(new Incident(Facts.Start, IncidentKind.OutOfBounds, "x", "value", double.PositiveInfinity))),
        ];
        var delivery = await UntilTakenAsync(sink, batch);
        Assert.Equal(DeliveryOutcome.Accepted, delivery.Outcome);
        Assert.Equal([1L, 2, 3, 4], (await HeldAsync(4)).Order());
    }

    [Fact]
    public async Task A_receiver_that_is_away_is_asked_again_later_and_takes_it_when_back()
    {
        await using var sink = CreateSink();
        await UntilTakenAsync(sink, Batch(1, 10));
        await BreakAsync();
        var away = await sink.DeliverAsync(Batch(11, 10), CancellationToken.None).AsTask().WaitAsync(Deadline);
        Assert.Equal(DeliveryOutcome.RetryLater, away.Outcome);
        Assert.False(string.IsNullOrWhiteSpace(away.Reason));
        await MendAsync();
        await UntilTakenAsync(sink, Batch(11, 10));
        // What it held before may be all it holds for a moment yet: the broker says "taken" before it passes on.
        var (wanted, held) = (Sequences(Batch(11, 10)).ToHashSet(), new HashSet<long>());
        for (var begun = DateTime.UtcNow; !wanted.IsSubsetOf(held) && DateTime.UtcNow - begun < Deadline; await Task.Delay(10))
            held = [.. await HeldAsync(10)];
        Assert.Superset(wanted, held);
    }

    [Fact]
    public async Task Cancelling_ends_a_delivery_that_hangs()
    {
        await using var sink = CreateSink();
        await BreakAsync();
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        try
        {
            var delivery = await sink.DeliverAsync(Batch(1, 10), soon.Token).AsTask().WaitAsync(Deadline);
            Assert.Equal(DeliveryOutcome.RetryLater, delivery.Outcome);
        }
        catch (OperationCanceledException)
        {
            Assert.True(soon.IsCancellationRequested);
        }
        await MendAsync();
    }

    [Fact]
    public async Task Disposing_twice_and_without_a_receiver_ends()
    {
        var sink = CreateSink();
        await BreakAsync();
        await sink.DisposeAsync().AsTask().WaitAsync(Deadline);
        await sink.DisposeAsync().AsTask().WaitAsync(Deadline);
        await MendAsync();
    }

    /// <summary>Consecutive minute windows from a sequence on; the same sequence is always the same entry.</summary>
    protected static LogEntry[] Batch(long first, int count) => [.. Enumerable.Range(0, count).Select(offset => Entry(first + offset))];

    /// <summary>Offers a batch until it is taken: a receiver that has just come back may refuse the first attempts.</summary>
    protected static async Task<Delivery> UntilTakenAsync(ISink sink, LogEntry[] batch)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var delivery = await sink.DeliverAsync(batch, deadline.Token).AsTask().WaitAsync(Deadline);
            if (delivery.Outcome != DeliveryOutcome.RetryLater) return delivery;
            await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
        }
    }

    private static IEnumerable<long> Sequences(LogEntry[] batch) => batch.Select(entry => entry.Sequence);

    private static LogEntry Entry(long sequence)
    {
        var minute = Facts.Start + TimeSpan.FromMinutes((sequence - 1) / Series.Length);
        var index = (int)((sequence - 1) % Series.Length);
        return new LogEntry(sequence, Facts.Window(Series[index], WindowKind.Minute, minute, index, new Random((int)sequence)));
    }
}
