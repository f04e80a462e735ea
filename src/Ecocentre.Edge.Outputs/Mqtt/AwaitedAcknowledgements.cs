using Ecocentre.Edge.Outputs.Evidence;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Which sequences were sent and which of them the database is known to have. Any thread.</summary>
/// <remarks>Acknowledgements come in parts, in any order, from several ingests and more than once. One for what was not sent, or was
/// already accepted, counts for nothing: the same range may be sent again years later, for a database that lost it.</remarks>
internal sealed class AwaitedAcknowledgements
{
    private readonly Lock _lock = new();
    private readonly SequenceRanges _awaited = new();
    private readonly SequenceRanges _acknowledged = new();
    private readonly List<TaskCompletionSource> _waiting = [];
    private long _highest;

    /// <summary>The range is about to be sent.</summary>
    public void Await(SequenceRange range)
    {
        lock (_lock)
        {
            _awaited.Add(range);
            _highest = Math.Max(_highest, range.Last);
        }
    }

    /// <summary>The database has a range, or will never want it.</summary>
    /// <returns>False when nothing of it was awaited, or it reaches beyond everything ever sent: who claims that knows not what he
    /// has.</returns>
    public bool Add(SequenceRange range)
    {
        TaskCompletionSource[] woken;
        lock (_lock)
        {
            var parts = _awaited.Within(range);
            if (parts.Count == 0 || range.Last > _highest) return false;
            foreach (var part in parts)
            {
                _awaited.Remove(part);
                _acknowledged.Add(part);
            }
            woken = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var waiter in woken) waiter.TrySetResult();
        return true;
    }

    /// <summary>The parts of a range that the database is not known to have, in order.</summary>
    public List<SequenceRange> Missing(SequenceRange range)
    {
        lock (_lock) return _acknowledged.Missing(range);
    }

    /// <summary>Completes when the database has the whole range.</summary>
    public async Task WaitAsync(SequenceRange range, CancellationToken cancellation)
    {
        while (true)
        {
            // A source for each wait, awaited as it is: Task.WaitAsync around a shared one would resume on the thread pool.
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                if (_acknowledged.Missing(range).Count == 0) return;
                _waiting.Add(changed);
            }
            try
            {
                using (cancellation.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), changed))
                    await changed.Task;
            }
            finally
            {
                lock (_lock) _waiting.Remove(changed);
            }
        }
    }

    /// <summary>The range is accepted: what is heard of it from now on is about the past.</summary>
    public void Forget(SequenceRange range)
    {
        lock (_lock)
        {
            _awaited.Remove(range);
            _acknowledged.Remove(range);
        }
    }
}
