namespace Ecocentre.Edge.IotPackages.Bindings;

/// <summary>A thread for code that sleeps: one piece of work at a time.</summary>
internal sealed class SleepingWork : IAsyncDisposable
{
    // One is under way and one may wait for it: who cancelled and asks again.
    private const int WaitingMax = 1;

    private readonly object _gate = new();
    private readonly Queue<(Action Work, TaskCompletionSource Done)> _waiting = new(WaitingMax);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isEnding;

    public SleepingWork(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

    /// <summary>Completes when the work is done, or throws what it threw. A caller that gives up leaves it to end by itself.</summary>
    /// <exception cref="IOException">What was asked before has not ended yet.</exception>
    public async Task RunAsync(Action work, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_waiting.Count == WaitingMax) throw new IOException("the chip still works at what it was asked before.");
            _waiting.Enqueue((work, done));
            Monitor.Pulse(_gate);
        }
        await done.Task.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.Pulse(_gate);
        }
        await _ended.Task;
    }

    private void Run()
    {
        while (Next() is var (work, done))
        {
            try
            {
                work();
                done.TrySetResult();
            }
            catch (Exception failure)
            {
                done.TrySetException(failure);
            }
        }
        _ended.TrySetResult();
    }

    /// <returns>Null when there will be none any more.</returns>
    private (Action Work, TaskCompletionSource Done)? Next()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_isEnding) Monitor.Wait(_gate);
            return _waiting.TryDequeue(out var next) ? next : null;
        }
    }
}
