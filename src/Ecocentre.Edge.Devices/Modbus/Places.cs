namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>A counted number of places, taken in the order of asking. Unlike a semaphore of the runtime it never resumes its waiters on the
/// thread pool, so the simulator owns them.</summary>
/// <param name="gate">Its owner's lock, where that one asks for places while it holds it; null for one of its own.</param>
internal sealed class Places(int count, Lock? gate = null)
{
    // 4,096: ten times the devices of a large centre; more callers than that are a mistake in the loop that makes them.
    private const int WaitingMax = 4096;

    private readonly Lock _gate = gate ?? new Lock();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _free = count;

    public bool TryTake()
    {
        lock (_gate)
        {
            if (_free == 0)
                return false;
            _free--;
            return true;
        }
    }

    /// <exception cref="OperationCanceledException">The token was cancelled first; no place was taken.</exception>
    public async ValueTask TakeAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }
            if (_waiting.Count == WaitingMax)
                throw new InvalidOperationException($"BUG: more than {WaitingMax} callers wait for one bus.");
            turn = new TaskCompletionSource();
            _waiting.Enqueue(turn);
        }
        using (cancellation.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn))
            await turn.Task;
    }

    /// <summary>As <see cref="Return"/>, where nobody waits. Requires: the lock is held.</summary>
    /// <returns>False when somebody does, and nothing was done.</returns>
    public bool TryReturn()
    {
        if (_waiting.Count > 0) return false;
        _free++;
        return true;
    }

    public void Return()
    {
        while (true)
        {
            TaskCompletionSource? next;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out next))
                {
                    _free++;
                    return;
                }
            }
            // False when it was cancelled meanwhile: then the place goes to the one behind it.
            if (next.TrySetResult())
                return;
        }
    }
}
