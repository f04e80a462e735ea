using System.Threading.Channels;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Tests.Simulation;

/// <summary>The machinery that the simulated world stands on: one thread, one order, time that jumps, and processes that die at an await.</summary>
public sealed class SchedulingTests
{
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Agenda _agenda = new();

    [Fact]
    public void Work_is_done_in_order_of_due_time_and_then_of_entry()
    {
        var done = new List<string>();
        _agenda.In(TimeSpan.FromSeconds(2), () => done.Add("c"));
        _agenda.In(TimeSpan.FromSeconds(1), () => { done.Add("a"); _agenda.In(TimeSpan.Zero, () => done.Add("a2")); });
        _agenda.In(TimeSpan.FromSeconds(1), () => done.Add("b"));
        _agenda.RunUntil(TimeSpan.FromSeconds(3).Ticks);
        Assert.Equal(["a", "b", "a2", "c"], done);
        Assert.Equal(TimeSpan.FromSeconds(3).Ticks, _agenda.Now);
    }

    [Fact]
    public void A_year_of_waiting_takes_no_time()
    {
        var process = Process();
        var woken = 0;
        process.Start(async () =>
        {
            while (woken < 1000)
            {
                await Task.Delay(TimeSpan.FromHours(9), process.Time);
                woken++;
            }
        });
        _agenda.RunUntil(TimeSpan.FromDays(375).Ticks);
        Assert.Equal(1000, woken);
        Assert.Equal(Begin.AddDays(375), process.Time.GetUtcNow());
        Assert.Equal(0, process.Running);
    }

    [Fact]
    public void Channels_tokens_timers_and_completion_sources_stay_on_the_thread()
    {
        var thread = Environment.CurrentManagedThreadId;
        var process = Process();
        var order = new List<string>();
        var channel = Channel.CreateBounded<int>(1);
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Note(string what)
        {
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            order.Add($"{_agenda.Now / TimeSpan.TicksPerSecond} {what}");
        }
        process.Start(async () =>
        {
            for (var i = 0; i < 3; i++) { await channel.Writer.WriteAsync(i); Note($"wrote {i}"); }
            await signal.Task;
            Note("signalled");
        });
        process.Start(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), process.Time);
            for (var i = 0; i < 3; i++) { await timer.WaitForNextTickAsync(); Note($"read {await channel.Reader.ReadAsync()}"); }
            using var source = new CancellationTokenSource(TimeSpan.FromSeconds(5), process.Time);
            try { await channel.Reader.ReadAsync(source.Token); }
            catch (OperationCanceledException) { Note("cancelled"); }
            try { await Task.Delay(TimeSpan.FromHours(1), process.Time).WaitAsync(TimeSpan.FromSeconds(5), process.Time); }
            catch (TimeoutException) { Note("timed out"); }
            signal.SetResult();
        });
        _agenda.RunUntil(TimeSpan.FromMinutes(1).Ticks);
        Assert.Null(process.Failure);
        Assert.Equal(
            ["0 wrote 0", "10 read 0", "10 wrote 1", "20 read 1", "20 wrote 2", "30 read 2", "35 cancelled", "40 timed out", "40 signalled"], order);
    }

    [Fact]
    public void A_killed_process_does_nothing_more_and_the_world_goes_on()
    {
        var process = Process();
        var trace = new List<string>();
        process.Start(async () =>
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    trace.Add($"{i}");
                    await Task.Delay(TimeSpan.FromSeconds(1), process.Time);
                }
            }
            finally
            {
                trace.Add("finally");
            }
        });
        _agenda.In(TimeSpan.FromSeconds(2.5), process.Kill);
        _agenda.In(TimeSpan.FromSeconds(4), () => trace.Add("world"));
        _agenda.RunUntil(TimeSpan.FromSeconds(10).Ticks);
        Assert.Equal(["0", "1", "2", "world"], trace);
        Assert.Equal(0, _agenda.Count);
    }

    [Fact]
    public void A_process_can_be_killed_at_any_step()
    {
        var lengths = new List<int>();
        for (var step = 1; step < 6; step++)
        {
            var agenda = new Agenda();
            var process = new SimulatedProcess(agenda, now => Begin.AddTicks(now));
            var count = 0;
            process.Start(async () => { while (true) { count++; await Task.Delay(TimeSpan.FromMilliseconds(1), process.Time); } });
            var told = 0;
            process.KillAtStep(step, () => told++);
            agenda.RunUntil(TimeSpan.FromSeconds(1).Ticks);
            lengths.Add(count);
            Assert.Equal(1, told);
        }
        Assert.Equal([0, 1, 2, 3, 4], lengths);
    }

    [Fact]
    public void Work_that_leaves_the_thread_ends_the_run()
    {
        var process = Process();
        using var left = new ManualResetEventSlim();
        process.Start(async () =>
        {
            // Not before it is waited for: what is done already is waited for on this thread.
            var foreign = Task.Run(left.Wait);
            await foreign.ContinueWith(_ => { }, TaskScheduler.Default);
            await Task.Delay(TimeSpan.FromMilliseconds(1), process.Time);
        });
        _agenda.RunUntil(1);
        left.Set();
        // The foreign thread needs a moment of real time to come back.
        Assert.True(SpinWait.SpinUntil(
            () => Record.Exception(() => { _agenda.In(TimeSpan.Zero, () => { }); _agenda.RunUntil(_agenda.Now + 1); }) is InvalidOperationException,
            TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void The_wall_clock_may_step_while_timers_keep_their_pace()
    {
        var process = new SimulatedProcess(_agenda, now => now < TimeSpan.FromSeconds(5).Ticks ? DateTimeOffset.UnixEpoch.AddTicks(now) : Begin.AddTicks(now));
        var seen = new List<(double Elapsed, int Year)>();
        process.Start(async () =>
        {
            var begun = process.Time.GetTimestamp();
            for (var i = 0; i < 2; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(4), process.Time);
                seen.Add((process.Time.GetElapsedTime(begun).TotalSeconds, process.Time.GetUtcNow().Year));
            }
        });
        _agenda.RunUntil(TimeSpan.FromSeconds(20).Ticks);
        Assert.Equal([(4, 1970), (8, 2026)], seen);
    }

    [Fact]
    public void A_failure_of_the_code_under_test_is_kept()
    {
        var process = Process();
        process.Start(async () => { await Task.Delay(TimeSpan.FromMilliseconds(1), process.Time); throw new InvalidOperationException("BUG: it broke"); });
        _agenda.RunUntil(TimeSpan.FromSeconds(1).Ticks);
        Assert.Equal("BUG: it broke", process.Failure?.Message);
    }

    private SimulatedProcess Process() => new(_agenda, now => Begin.AddTicks(now));
}
