using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge;

/// <summary>The last day of desk changes: on the disk for the next run, in memory for whoever asks.</summary>
internal sealed class DeskMemory : IDisposable
{
    private readonly ImmutableArray<Desk> _desks;
    private readonly IReadOnlyList<StoredDeskChange> _stored;

    private DeskMemory(ImmutableArray<Desk> desks, DeskLog log, IReadOnlyList<StoredDeskChange> stored) => (_desks, Log, _stored) = (desks, log, stored);

    /// <summary>The same memory for desks that changed: who asked before keeps what he has. The gateway loop's thread.</summary>
    internal DeskMemory Succeed(ImmutableArray<Desk> desks)
    {
        var next = new DeskMemory(desks, Log, []);
        var index = desks.Index().ToDictionary(desk => desk.Item.Id, desk => desk.Index, StringComparer.Ordinal);
        foreach (var change in History.After(History.Tail - 1, DeskHistory.ChangesMax).Changes)
            if (index.TryGetValue(_desks[change.Desk].Id, out var number)) next.History.Append(change with { Desk = number });
        next.History.SkipTo(History.Head);
        return next;
    }

    internal DeskLog Log { get; }

    /// <summary>What long polls, streams and webhooks are told from.</summary>
    internal DeskHistory History { get; } = new();

    /// <returns>Null where the site has no desks and never had any.</returns>
    /// <param name="logPath">Path of the log, open already.</param>
    /// <exception cref="LogUnavailableException">The disk does not let it be opened.</exception>
    internal static DeskMemory? Open(string logPath, string centre, ImmutableArray<Desk> desks, Instant now, ILogger logger)
    {
        if (desks.IsEmpty && !File.Exists(DeskLog.PathOf(logPath))) return null;
        var log = DeskLog.Open(logPath, centre, [.. desks.Select(desk => desk.Id)], now);
        try
        {
            return new DeskMemory(desks, log, log.Read());
        }
        catch (LogUnavailableException e)
        {
            // Whoever asks for what was before is told to begin anew.
            logger.LogWarning("{Text}", e.Message);
            return new DeskMemory(desks, log, []);
        }
    }

    /// <summary>Gives a starting gateway, and the history, what was told last. A change of a desk that is no longer declared leaves a hole in
    /// the numbers: the history begins anew after it.</summary>
    internal void Restore(Gateway gateway)
    {
        var index = _desks.Index().ToDictionary(desk => desk.Item.Id, desk => desk.Index, StringComparer.Ordinal);
        var last = new Dictionary<int, DeskStatus>();
        foreach (var (desk, status) in _stored)
        {
            if (!index.TryGetValue(desk, out var number)) continue;
            History.Append(last[number] = status with { Desk = number });
        }
        History.SkipTo(Log.Sequence);
        gateway.RestoreDesks(last.Values, Log.Sequence);
    }

    /// <summary>Takes changes for whoever asks.</summary>
    internal void Remember(ImmutableArray<DeskStatus> changes)
    {
        foreach (var change in changes) History.Append(change);
    }

    public void Dispose() => Log.Dispose();
}
