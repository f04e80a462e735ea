namespace Ecocentre.Edge.Simulation.Scheduling;

/// <summary>What is to be done in the simulated world, in order of due time and then of entry. One thread does it, one thing at a time; when
/// nothing is due, time jumps. Everything that happens twice with the same seed happens in the same order.</summary>
public sealed class Agenda
{
    private readonly PriorityQueue<Entry, (long Due, long Number)> _entries = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<string> _escapes = [];
    private long _number;

    /// <summary>True time since the world began, in ticks of 100 ns. It never steps and belongs to no process.</summary>
    public long Now { get; private set; }

    /// <summary>Things waiting; a world that forgets to take things off lets this grow.</summary>
    public int Count => _entries.Count;

    /// <summary>Things done so far.</summary>
    public long Done { get; private set; }

    /// <summary>Enters something for the world itself, which no kill takes off.</summary>
    public void At(long due, Action action) => Enter(due, action, owner: null);

    public void In(TimeSpan delay, Action action) => At(Now + delay.Ticks, action);

    /// <summary>Does everything that is due up to <paramref name="end"/> and leaves <see cref="Now"/> there.</summary>
    public void RunUntil(long end)
    {
        var outside = SynchronizationContext.Current;
        try
        {
            while (_entries.TryPeek(out var entry, out var order) && order.Due <= end)
            {
                _entries.Dequeue();
                Now = Math.Max(Now, order.Due);
                if (entry.Owner is { IsAlive: false }) continue;
                Done++;
                if (entry.Owner?.TakeStep() == false) continue;
                SynchronizationContext.SetSynchronizationContext(entry.Owner?.Context);
                entry.Action();
                ThrowIfEscaped();
            }
            Now = Math.Max(Now, end);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    internal void Enter(long due, Action action, SimulatedProcess? owner)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // The stack is the only way to find who left the thread.
            lock (_escapes) _escapes.Add(Environment.StackTrace);
            return;
        }
        _entries.Enqueue(new Entry(action, owner), (Math.Max(due, Now), _number++));
    }

    /// <summary>Work on a foreign thread would make two runs differ, so it ends the run.</summary>
    private void ThrowIfEscaped()
    {
        lock (_escapes)
            if (_escapes.Count > 0)
                throw new InvalidOperationException($"BUG: work left the simulated thread {_escapes.Count} time(s); the first time at\n{_escapes[0]}");
    }

    private readonly record struct Entry(Action Action, SimulatedProcess? Owner);
}
