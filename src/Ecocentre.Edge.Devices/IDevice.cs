using System.Collections.Immutable;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices;

/// <summary>A meter or sensor on a bus.</summary>
/// <remarks>One bus loop owns it and calls it; no member is called while <see cref="PollAsync"/> runs, and it is disposed after the last poll.</remarks>
public interface IDevice : IAsyncDisposable
{
    /// <summary>As the site names it; unique in the centre.</summary>
    string Name { get; }

    /// <summary>The points it yields. Every reading it writes is of one of these.</summary>
    ImmutableArray<Point> Points { get; }

    /// <summary>When the next exchange is due, in <see cref="TimeProvider.GetTimestamp"/> ticks of the provider it was made with. The bus loop
    /// takes the earliest first. After a poll it lies ahead; polls that could not be made in time are skipped, never queued.</summary>
    long DueAt { get; }

    /// <summary>Makes the most urgent exchange (one request on a serial line, what may be outstanding together on TCP) and writes a reading for
    /// each point that was asked: quality Missing where no answer came.</summary>
    /// <param name="destination">Room for at least one reading of every point; owned by the caller.</param>
    /// <returns>How many readings were written, and the fault if the poll brought less than asked. Never throws for what a wire can do;
    /// cancellation comes back as <see cref="FaultKind.Cancelled"/>.</returns>
    ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation);
}
