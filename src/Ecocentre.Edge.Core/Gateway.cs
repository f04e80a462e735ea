using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge;

/// <summary>The machine: readings in, windows and incidents out. Deterministic: no I/O, no clock, no thread of its own.</summary>
/// <remarks>All members belong to one thread at a time, the gateway loop's.</remarks>
public sealed class Gateway
{
    /// <param name="points">The site's points; <c>points[i].Id.Value == i</c>.</param>
    /// <param name="zone">The centre's zone, for local days.</param>
    public Gateway(ImmutableArray<Point> points, TimeZoneInfo zone, GatewayLimits limits) => throw new NotImplementedException();

    /// <summary>While false (clock not yet synchronised), good readings are taken as questionable.</summary>
    public bool ClockTrusted { get; set; }

    /// <summary>Takes up what an earlier run knew: the minute windows since the last local midnight (so that longer windows go on) and the
    /// last confirmed registers. Once, before the first reading.</summary>
    public void Restore(IEnumerable<WindowFact> minutes, IEnumerable<CounterCarry> carries, Instant now) => throw new NotImplementedException();

    /// <summary>Takes readings in any order. Allocates nothing; what it refuses becomes an incident of the next step.</summary>
    public void Accept(ReadOnlySpan<Reading> readings) => throw new NotImplementedException();

    /// <summary>Closes and revises what is due at <paramref name="now"/>. Allocates nothing when nothing is due.</summary>
    public StepOutput Step(Instant now) => throw new NotImplementedException();

    /// <summary>The clock was set: the next step closes the open windows with the coverage they really have and starts anew.</summary>
    public void Reanchor(ClockStep step) => throw new NotImplementedException();

    /// <summary>A meter or sensor is exchanged at that instant: the next register of its counters starts a new count.</summary>
    public void AnnounceSwap(PointId point, Instant at) => throw new NotImplementedException();

    /// <summary>The last confirmed register of every counter that has one, to be stored with the step's output.</summary>
    public ImmutableArray<CounterCarry> Carries() => throw new NotImplementedException();

    /// <summary>A picture of now.</summary>
    public Snapshot TakeSnapshot(Instant now) => throw new NotImplementedException();
}
