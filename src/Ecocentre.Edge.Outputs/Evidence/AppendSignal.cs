namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Wakes those who wait for the log to grow. Any thread.</summary>
internal sealed class AppendSignal
{
    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiting = [];
    private Exception? _end;
    private long _head;

    public Task WaitAsync(long after, CancellationToken cancellation)
    {
        var waiter = new Waiter(after);
        lock (_gate)
        {
            if (_end is not null) return Task.FromException(_end);
            if (_head > after) return Task.CompletedTask;
            if (cancellation.IsCancellationRequested) return Task.FromCanceled(cancellation);
            _waiting.Add(waiter);
        }
        waiter.Registration = cancellation.UnsafeRegister(_ => Cancel(waiter, cancellation), null);
        // Woken before it was registered: nobody else would let go of the token.
        if (waiter.Source.Task.IsCompleted) waiter.Registration.Unregister();
        return waiter.Source.Task;
    }

    public void Reach(long head)
    {
        List<Waiter> woken;
        lock (_gate)
        {
            _head = head;
            woken = _waiting.FindAll(waiter => waiter.After < head);
            _waiting.RemoveAll(waiter => waiter.After < head);
        }
        foreach (var waiter in woken)
        {
            waiter.Registration.Unregister();
            waiter.Source.TrySetResult();
        }
    }

    public void End(Exception reason)
    {
        List<Waiter> woken;
        lock (_gate)
        {
            _end = reason;
            woken = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var waiter in woken)
        {
            waiter.Registration.Unregister();
            waiter.Source.TrySetException(reason);
        }
    }

    private void Cancel(Waiter waiter, CancellationToken cancellation)
    {
        lock (_gate) _waiting.Remove(waiter);
        waiter.Source.TrySetCanceled(cancellation);
    }

    private sealed class Waiter(long after)
    {
        public long After => after;

        // A waiter's continuation never runs inside the step that woke it.
        public TaskCompletionSource Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenRegistration Registration { get; set; }
    }
}
