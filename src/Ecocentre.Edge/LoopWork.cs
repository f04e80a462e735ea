using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge;

/// <summary>Something that only the gateway loop may do, asked for by others: facts to be stored, and what the gateway is to know with them.</summary>
/// <param name="Facts">Stored in one transaction of their own, before anything is applied.</param>
/// <param name="Apply">Done on the loop's thread when they are stored; must return at once.</param>
public sealed record LoopWork(IReadOnlyList<LogFact> Facts, Action<Gateway>? Apply = null)
{
    /// <summary>Completes with the sequence of the first fact when they are stored; fails with <see cref="Outputs.Evidence.LogUnavailableException"/>
    /// when the log cannot be written, and nothing was done.</summary>
    public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
