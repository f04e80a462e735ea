using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests;

public sealed class ReadingQueueTests
{
    private const int Room = 8;

    private static readonly PointId Urgent = new(7);

    private readonly ReadingQueue _queue = new(Room);
    private readonly Reading[] _taken = new Reading[Room];

    [Fact]
    public void Readings_come_out_in_the_order_they_went_in_whatever_is_taken_at_once()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var (put, taken) = (0, 0);
        for (var turn = 0; turn < 2_000; turn++)
        {
            for (var i = random.Next(Room); i >= 0 && _queue.Writer.TryWrite(Read(put)); i--) put++;
            var count = _queue.Take(_taken.AsSpan(0, random.Next(1, Room + 1)));
            for (var i = 0; i < count; i++) Assert.True(_taken[i].Value == taken++, $"seed {seed}, turn {turn}");
        }
        Assert.Equal(put - taken, _queue.Count);
    }

    [Fact]
    public async Task Who_finds_it_full_waits_until_there_is_room()
    {
        for (var i = 0; i < Room; i++) Assert.True(_queue.Writer.TryWrite(Read(i)));
        Assert.False(_queue.Writer.TryWrite(Read(8)));
        var writing = _queue.Writer.WriteAsync(Read(8), TestContext.Current.CancellationToken).AsTask();
        Assert.False(writing.IsCompleted);
        Assert.Equal(3, _queue.Take(_taken.AsSpan(0, 3)));
        await writing.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(6, _queue.Count);
    }

    [Fact]
    public async Task Who_waits_for_room_can_be_cancelled()
    {
        for (var i = 0; i < Room; i++) _queue.Writer.TryWrite(Read(i));
        using var giveUp = new CancellationTokenSource();
        var writing = _queue.Writer.WriteAsync(Read(8), giveUp.Token).AsTask();
        giveUp.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.Equal(Room, _queue.Take(_taken));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task The_loop_is_woken_for_what_is_urgent_and_when_half_of_the_room_is_taken()
    {
#pragma warning disable CA2012 // Looked at until it is completed, and awaited once: a task of it would complete later, on another thread.
        _queue.WakeFor(point => point == Urgent, Urgent.Value + 1);
        var wait = _queue.Wake.WaitAsync();
        for (var i = 0; i < Room / 2 - 1; i++) _queue.Writer.TryWrite(Read(i));
        Assert.False(wait.IsCompleted);
        _queue.Writer.TryWrite(Read(3));
        Assert.True(wait.IsCompleted);
        await wait;

        _queue.Take(_taken);
        wait = _queue.Wake.WaitAsync();
        _queue.Writer.TryWrite(Read(0));
        Assert.False(wait.IsCompleted);
        _queue.Writer.TryWrite(Read(1) with { Point = Urgent });
        Assert.True(wait.IsCompleted);
        await wait;
#pragma warning restore CA2012
    }

    [Fact]
    public void Putting_in_and_taking_out_allocates_nothing()
    {
        var reading = Read(1);
        void Round()
        {
            for (var i = 0; i < Room; i++) _queue.Writer.TryWrite(reading);
            _queue.Take(_taken);
        }
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Reading Read(int number) => new(new PointId(1), new Instant(number), number, Quality.Good);
}
