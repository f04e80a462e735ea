using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

public sealed class KernelTimeTests
{
    // Long enough for a machine that stands still for a while.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = KernelTime.Or(TimeProvider.System);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(37)]
    public async Task A_timer_comes_once_and_never_early(int milliseconds)
    {
        var came = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var times = 0;
        var begun = _time.GetTimestamp();
        await using var timer = _time.CreateTimer(_ =>
        {
            Interlocked.Increment(ref times);
            came.TrySetResult(_time.GetTimestamp());
        }, null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        Assert.True(_time.GetElapsedTime(begun, await came.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken))
            >= TimeSpan.FromMilliseconds(milliseconds));
        // One that is due later comes after all that one before it has to say.
        await Task.Delay(TimeSpan.FromMilliseconds(20), _time, TestContext.Current.CancellationToken);
        Assert.Equal(1, Volatile.Read(ref times));
    }

    [Fact]
    public async Task A_hundred_timers_of_any_order_come_all()
    {
        var random = new Random(7);
        var left = new CountdownEvent(100);
        var timers = Enumerable.Range(0, 100).Select(_ => _time.CreateTimer(
            state => ((CountdownEvent)state!).Signal(), left, TimeSpan.FromMilliseconds(random.Next(60)), Timeout.InfiniteTimeSpan)).ToArray();
        Assert.True(left.Wait(Deadline, TestContext.Current.CancellationToken), $"{left.CurrentCount} have not come");
        foreach (var timer in timers) await timer.DisposeAsync();
    }

    [Fact]
    public async Task One_with_a_period_comes_until_it_is_disposed_of()
    {
        var came = new SemaphoreSlim(0);
        var timer = _time.CreateTimer(_ => came.Release(), null, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2));
        for (var time = 0; time < 5; time++) Assert.True(await came.WaitAsync(Deadline, TestContext.Current.CancellationToken));
        await timer.DisposeAsync();
        var before = came.CurrentCount;
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        await Task.Delay(TimeSpan.FromMilliseconds(20), _time, TestContext.Current.CancellationToken);
        Assert.Equal(before, came.CurrentCount);
    }

    [Fact]
    public async Task One_that_is_set_anew_comes_by_the_last_word()
    {
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = _time.CreateTimer(_ => came.TrySetResult(), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        Assert.True(timer.Change(TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan));
        await came.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task A_callback_that_takes_long_keeps_no_other_waiting()
    {
        using var release = new ManualResetEventSlim();
        var (came, stop) = (new CountdownEvent(3), TestContext.Current.CancellationToken);
        // All due at once: each of the first ones holds its thread.
        var slow = Enumerable.Range(0, 3).Select(_ => _time.CreateTimer(
            _ => release.Wait(stop), null, TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan)).ToArray();
        var quick = Enumerable.Range(0, 3).Select(_ => _time.CreateTimer(
            _ => came.Signal(), null, TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan)).ToArray();
        var all = came.Wait(Deadline, TestContext.Current.CancellationToken);
        var ended = slow[0].DisposeAsync();
        release.Set();
        Assert.True(all, $"{came.CurrentCount} have not come");
        await ended;
        foreach (var timer in slow.Concat(quick)) await timer.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_waits_for_a_callback_under_way()
    {
        using var begun = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var (hasEnded, stop) = (false, TestContext.Current.CancellationToken);
        var timer = _time.CreateTimer(_ =>
        {
            begun.Set();
            release.Wait(stop);
            Volatile.Write(ref hasEnded, true);
        }, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Assert.True(begun.Wait(Deadline, TestContext.Current.CancellationToken));
        var disposing = timer.DisposeAsync();
        Assert.False(disposing.IsCompleted);
        release.Set();
        await disposing;
        Assert.True(Volatile.Read(ref hasEnded));
    }

    [Fact]
    public async Task What_the_runtime_builds_on_timers_works_with_it()
    {
        using var periodic = new PeriodicTimer(TimeSpan.FromMilliseconds(1), _time);
        Assert.True(await periodic.WaitForNextTickAsync(TestContext.Current.CancellationToken));
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(1), _time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.InfiniteTimeSpan, _time, patience.Token));
        await Assert.ThrowsAsync<TimeoutException>(() => new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromMilliseconds(1), _time));
    }
}
