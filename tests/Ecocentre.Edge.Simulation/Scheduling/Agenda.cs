using System.Runtime.CompilerServices;

namespace Ecocentre.Edge.Simulation.Scheduling;

/// <summary>What is to be done in the simulated world, in order of due time and then of entry. One thread does it, one thing at a time; when
/// nothing is due, time jumps. Everything that happens twice with the same seed happens in the same order.</summary>
public sealed class Agenda
{
    private static readonly SendOrPostCallback Do = static action => ((Action)action!)();

    private readonly DueTimes _later = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<string> _escapes = [];
    private Work[] _works = new Work[64];
    private int[] _free = new int[64];
    private int _used, _freed;

    // What is due now, in order of entry: a ring of a power of two. All that was entered for this instant before it came stands in the other one still, and
    // goes first.
    private Work[] _now = new Work[64];
    private int _first, _count;
    private volatile bool _hasEscaped;

    /// <summary>True time since the world began, in ticks of 100 ns. It never steps and belongs to no process.</summary>
    public long Now { get; private set; }

    /// <summary>Things waiting; a world that forgets to take things off lets this grow.</summary>
    public int Count => _later.Count + _count;

    /// <summary>Things done so far.</summary>
    public long Done { get; private set; }

    /// <summary>Enters something for the world itself, which no kill takes off.</summary>
    public void At(long due, Action action) => Enter(due, Do, action, owner: null);

    public void In(TimeSpan delay, Action action) => At(Now + delay.Ticks, action);

    /// <summary>Does everything that is due up to <paramref name="end"/> and leaves <see cref="Now"/> there.</summary>
    public void RunUntil(long end)
    {
        var outside = SynchronizationContext.Current;
        try
        {
            while (TryTake(end, out var work))
            {
                var owner = work.Owner;
                // A timer that was set anew since is nothing that happens.
                if (owner is { IsAlive: false } || work.Callback is null && !((ITimed)work.State!).IsDue(work.Version)) continue;
                Done++;
                if (owner?.TakeStep() == false) continue;
                SynchronizationContext.SetSynchronizationContext(owner?.Context);
                if (work.Callback is null) ((ITimed)work.State!).Fall();
                else work.Callback(work.State);
                if (_hasEscaped) ThrowEscaped();
            }
            Now = Math.Max(Now, end);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outside);
        }
    }

    /// <summary>Enters a piece of work of a process.</summary>
    internal void Enter(long due, SendOrPostCallback callback, object? state, SimulatedProcess? owner) => Enter(due, new Work(callback, state, 0, owner));

    /// <summary>Enters that a timer falls due, if it is not set anew before.</summary>
    internal void Enter(long due, ITimed timer, long version, SimulatedProcess owner) => Enter(due, new Work(null, timer, version, owner));

    private void Enter(long due, in Work work)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // The stack is the only way to find who left the thread.
            lock (_escapes) _escapes.Add(Environment.StackTrace);
            _hasEscaped = true;
            return;
        }
        if (due <= Now)
        {
            if (_count == _now.Length) Widen();
            _now[(_first + _count++) & (_now.Length - 1)] = work;
            return;
        }
        if (_freed == 0 && _used == _works.Length)
        {
            Array.Resize(ref _works, 2 * _used);
            Array.Resize(ref _free, 2 * _used);
        }
        var place = _freed > 0 ? _free[--_freed] : _used++;
        _works[place] = work;
        _later.Add(due, place);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTake(long end, out Work work)
    {
        var due = _later.Next;
        if (due > Now && _count > 0)
        {
            work = _now[_first];
            _now[_first] = default;
            _first = (_first + 1) & (_now.Length - 1);
            _count--;
            return true;
        }
        work = default;
        if (due > end || _later.Count == 0) return false;
        Now = Math.Max(Now, due);
        var place = _later.Take();
        work = _works[place];
        _works[place] = default;
        _free[_freed++] = place;
        return true;
    }

    private void Widen()
    {
        var wider = new Work[2 * _now.Length];
        for (var i = 0; i < _count; i++) wider[i] = _now[(_first + i) & (_now.Length - 1)];
        (_now, _first) = (wider, 0);
    }

    /// <summary>Work on a foreign thread would make two runs differ, so it ends the run.</summary>
    private void ThrowEscaped()
    {
        lock (_escapes)
            throw new InvalidOperationException($"BUG: work left the simulated thread {_escapes.Count} time(s); the first time at\n{_escapes[0]}");
    }

    /// <summary>Something that falls due at a time, unless it was set anew.</summary>
    internal interface ITimed
    {
        bool IsDue(long version);

        void Fall();
    }

    private readonly record struct Work(SendOrPostCallback? Callback, object? State, long Version, SimulatedProcess? Owner);
}
