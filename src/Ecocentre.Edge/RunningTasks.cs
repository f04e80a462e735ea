namespace Ecocentre.Edge;

/// <summary>What a running centre does besides judging: tasks that begin and end one by one while it runs. One that ends by itself is a broken invariant,
/// and ends the whole.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class RunningTasks : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<RunningTask> _tasks = [];
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Fails when a task failed or ended by itself; never completes otherwise.</summary>
    internal Task Broken => _broken.Task;

    /// <summary>Begins some tasks; they end when told to, or with the whole.</summary>
    internal RunningTask Begin(Func<CancellationToken, IEnumerable<Task>> start)
    {
        var task = new RunningTask(_ending.Token);
        lock (_gate) _tasks.Add(task);
        task.Begin(start);
        _ = WatchAsync(task);
        return task;
    }

    /// <summary>Ends the whole as a task that failed does.</summary>
    internal void Break(Exception why) => _broken.TrySetException(why);

    /// <summary>Tells all to end and waits for them.</summary>
    internal async Task EndAsync()
    {
        _ending.Cancel();
        RunningTask[] tasks;
        lock (_gate) tasks = [.. _tasks];
        foreach (var task in tasks) await task.EndAsync();
    }

    public void Dispose() => _ending.Dispose();

    private async Task WatchAsync(RunningTask task)
    {
        try
        {
            await task.FirstEnd;
            if (!task.IsEnding) throw new InvalidOperationException("BUG: a loop of the gateway ended by itself.");
        }
        catch (Exception e)
        {
            _broken.TrySetException(e);
        }
        lock (_gate) _tasks.Remove(task);
    }
}

/// <summary>Some tasks that end together.</summary>
internal sealed class RunningTask
{
    private readonly CancellationTokenSource _ending;
    private Task[] _tasks = [];

    internal RunningTask(CancellationToken whole) => _ending = CancellationTokenSource.CreateLinkedTokenSource(whole);

    internal bool IsEnding => _ending.IsCancellationRequested;

    /// <summary>Ends with the first of them, as that one does.</summary>
    internal Task FirstEnd => FirstEndAsync();

    internal void Begin(Func<CancellationToken, IEnumerable<Task>> start) => _tasks = [.. start(_ending.Token)];

    /// <summary>Tells them to end and waits for it.</summary>
    internal async Task EndAsync()
    {
        _ending.Cancel();
        await Task.WhenAll(_tasks);
    }

    private async Task FirstEndAsync()
    {
        if (_tasks.Length > 0) await await Task.WhenAny(_tasks);
    }
}
