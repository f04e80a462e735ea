using Ecocentre.Edge.Outputs.Ingest;

namespace Ecocentre.Edge.Outputs.Tests.Ingest;

public class PendingMessagesTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task First_message_lingers_and_all_that_came_meanwhile_go_with_it()
    {
        var pending = Pending(new() { Name = "a", RejectedFolder = "b" });
        var taking = pending.TakeAsync(CancellationToken.None).AsTask();
        Add(pending, 1, 10);
        Assert.Equal(TimeSpan.FromMilliseconds(100), await _time.WaitForWaitAsync(TimeSpan.FromSeconds(1)));
        Add(pending, 11, 20);
        Assert.False(taking.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([1L, 11], (await taking).Select(message => message.First));
    }

    [Fact]
    public async Task Enough_lines_do_not_linger()
    {
        var pending = Pending(new() { Name = "a", RejectedFolder = "b", LinesMax = 20 });
        var taking = pending.TakeAsync(CancellationToken.None).AsTask();
        Add(pending, 1, 10);
        await _time.WaitForWaitAsync(TimeSpan.FromSeconds(1));
        Add(pending, 11, 20);
        Assert.Equal([1L, 11], (await taking.WaitAsync(TimeSpan.FromSeconds(60))).Select(message => message.First));
    }

    [Fact]
    public async Task Take_keeps_both_limits_but_takes_at_least_one()
    {
        var pending = Pending(new() { Name = "a", RejectedFolder = "b", LinesMax = 25, Linger = TimeSpan.Zero });
        Add(pending, 1, 10);
        Add(pending, 11, 20);
        Add(pending, 21, 50);
        Add(pending, 51, 51);
        Assert.Equal([1L, 11], (await pending.TakeAsync(CancellationToken.None)).Select(message => message.First));
        Assert.Equal([21L], (await pending.TakeAsync(CancellationToken.None)).Select(message => message.First));
        Assert.Equal([51L], (await pending.TakeAsync(CancellationToken.None)).Select(message => message.First));

        var small = Pending(new() { Name = "a", RejectedFolder = "b", BytesMax = 1, Linger = TimeSpan.Zero });
        Add(small, 1, 2);
        Add(small, 3, 4);
        Assert.Equal([1L], (await small.TakeAsync(CancellationToken.None)).Select(message => message.First));
    }

    [Fact]
    public async Task Memory_is_bounded_until_messages_are_done()
    {
        var pending = Pending(new() { Name = "a", RejectedFolder = "b", PendingBytesMax = 100_000, Linger = TimeSpan.Zero });
        var taken = 0;
        while (Admit(pending, taken * 10 + 1, taken * 10 + 10) == "Taken") taken++;
        Assert.InRange(taken, 20, 100);
        Assert.InRange(pending.Size.Bytes, 90_000, 100_000);
        var messages = await pending.TakeAsync(CancellationToken.None);
        Assert.Equal("Full", Admit(pending, 5_001, 5_010));
        pending.Done(messages);
        Assert.Equal((0, 0), pending.Size);
        Assert.Equal("Taken", Admit(pending, 5_001, 5_010));
    }

    [Fact]
    public void Message_larger_than_the_bound_is_taken_when_nothing_else_is_there() =>
        Assert.Equal("Taken", Admit(Pending(new() { Name = "a", RejectedFolder = "b", PendingBytesMax = 1 }), 1, 10));

    [Fact]
    public async Task Message_already_known_is_not_taken_again_until_it_is_done()
    {
        var pending = Pending(new() { Name = "a", RejectedFolder = "b", Linger = TimeSpan.Zero });
        Add(pending, 1, 10);
        Assert.Equal("Repeated", Admit(pending, 1, 10));
        var messages = await pending.TakeAsync(CancellationToken.None);
        Assert.Equal("Repeated", Admit(pending, 1, 10));
        Assert.Equal("Taken", Admit(pending, 1, 9));
        pending.Done(messages);
        Assert.Equal("Taken", Admit(pending, 1, 10));
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        var pending = Pending(new() { Name = "a", RejectedFolder = "b" });
        using var cancellation = new CancellationTokenSource();
        var waiting = pending.TakeAsync(cancellation.Token).AsTask();
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        using var another = new CancellationTokenSource();
        var lingering = pending.TakeAsync(another.Token).AsTask();
        Add(pending, 1, 1);
        await _time.WaitForWaitAsync(TimeSpan.FromSeconds(1));
        another.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lingering);
        Assert.Equal(1, pending.Size.Messages);
    }

    private PendingMessages Pending(IngestOptions options) => new(options, _time);

    private static void Add(PendingMessages pending, long first, long last) => Assert.Equal("Taken", Admit(pending, first, last));

    private static string Admit(PendingMessages pending, long first, long last)
    {
        Assert.True(LogMessage.TryRead(LogBatches.Message("lyon-1", first, last), out var message, out _));
        return pending.Add(message).ToString();
    }
}
