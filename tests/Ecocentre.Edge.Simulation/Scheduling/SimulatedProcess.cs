namespace Ecocentre.Edge.Simulation.Scheduling;

/// <summary>One life of a process: its clock, its thread, and its sudden death.</summary>
/// <remarks>All awaits of the code under test continue through <see cref="Context"/>, so that a killed process stops between two awaits as
/// SIGKILL would stop it: no finally, no dispose, no last word.</remarks>
public sealed class SimulatedProcess
{
    private readonly Agenda _agenda;
    private long _killAtStep = long.MaxValue;
    private Action? _killed;

    /// <param name="wall">Wall time that this process sees when asked, by true time.</param>
    public SimulatedProcess(Agenda agenda, Func<long, DateTimeOffset> wall)
    {
        _agenda = agenda;
        Time = new SimulatedTime(agenda, this, wall);
        Context = new ProcessContext(agenda, this);
    }

    public bool IsAlive { get; private set; } = true;

    public SimulatedTime Time { get; }

    public SynchronizationContext Context { get; }

    /// <summary>Steps (pieces of work between two awaits) done in this life.</summary>
    public long Steps { get; private set; }

    /// <summary>Why the work handed to <see cref="Start"/> ended by itself, if it did so by an exception.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Work handed to <see cref="Start"/> that has not ended.</summary>
    public int Running { get; private set; }

    /// <summary>Starts work on this process's thread.</summary>
    public void Start(Func<Task> work)
    {
        Running++;
        _agenda.Enter(_agenda.Now, _ => { _ = Watch(work); }, null, this);
    }

    public void Kill() => IsAlive = false;

    /// <summary>Dies just before its step of that number; the world's action comes next.</summary>
    public void KillAtStep(long step, Action killed)
    {
        _killAtStep = step;
        _killed = killed;
    }

    /// <summary>Takes back what <see cref="KillAtStep"/> ordered.</summary>
    public void Spare() => _killAtStep = long.MaxValue;

    /// <summary>Counts the step about to be done.</summary>
    /// <returns>False when the process died before it.</returns>
    internal bool TakeStep()
    {
        Steps++;
        if (Steps < _killAtStep) return true;
        Kill();
        _agenda.At(_agenda.Now, _killed!);
        return false;
    }

    private async Task Watch(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            Failure ??= exception;
        }
        Running--;
    }

    private sealed class ProcessContext(Agenda agenda, SimulatedProcess process) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback callback, object? state) => agenda.Enter(agenda.Now, callback, state, process);

        public override void Send(SendOrPostCallback callback, object? state) => callback(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}
