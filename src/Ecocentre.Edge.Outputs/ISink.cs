using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs;

/// <summary>An outside party that is told from the log.</summary>
/// <remarks>One follower owns it; calls do not overlap. Entries come in sequence order and may come again after a crash or a retry: delivering
/// twice must be harmless to the receiver.</remarks>
public interface ISink : IAsyncDisposable
{
    /// <summary>Name of its cursor in the log; stable over restarts.</summary>
    string Name { get; }

    /// <summary>Delivers entries. Returns when the receiver has taken responsibility for all of them, or not.</summary>
    /// <param name="entries">At least one, consecutive; valid until the call returns.</param>
    ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation);
}
