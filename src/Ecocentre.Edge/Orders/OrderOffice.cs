using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Orders;

/// <summary>Where orders are carried out: beside the running gateway's loop, or on the log alone.</summary>
internal abstract class OrderOffice
{
    internal abstract Site Site { get; }

    /// <summary>The gateway's clock.</summary>
    internal abstract Instant Now { get; }

    /// <summary>The picture of now, or null where no gateway runs.</summary>
    internal virtual Snapshot? Latest => null;

    /// <summary>Reads the site file again and goes over to it, or says all that is wrong with it.</summary>
    internal virtual Task<OrderAnswer> ReloadAsync(CancellationToken cancellation) =>
        Task.FromResult(OrderAnswer.Refused("No gateway runs here.", "The site file is read when it starts."));

    /// <summary>The log's records, in sequence.</summary>
    internal abstract IReadOnlyList<LogEntry> Records();

    /// <summary>The label with all that stands in the log, or null where the site names none.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    internal abstract CentreLabel? Label(IProgress<string> progress, CancellationToken cancellation);

    /// <summary>The keys that sign the evidence.</summary>
    internal abstract KeyRing Keys { get; }

    /// <summary>The last register of a counter that the log knows, or null.</summary>
    internal abstract CounterCarry? Carry(string point);

    /// <summary>Appends facts in one transaction.</summary>
    /// <param name="apply">What the running gateway is to know with it; the next run finds it in the log by itself.</param>
    /// <returns>Sequence of the first fact.</returns>
    /// <exception cref="IOException">The log cannot be written; nothing was changed.</exception>
    internal abstract Task<long> RecordAsync(
        IReadOnlyList<LogFact> facts, Action<Gateway>? apply, CancellationToken cancellation);

    /// <summary>Lets a sensor be told the true value, while nobody polls it.</summary>
    internal abstract Task<CalibrationResult> CalibrateAsync(string device, double target, IProgress<string> progress,
        CancellationToken cancellation);
}
