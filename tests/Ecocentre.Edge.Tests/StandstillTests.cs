using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests;

public sealed class StandstillTests
{
    private static readonly Instant Noon = Instant.From(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    // A minute that begins with the beat, one that lies between, one that lacks a second.
    [InlineData(0, 60, null, true)]
    [InlineData(1, 119, null, false)]
    [InlineData(1, 120, null, true)]
    [InlineData(59.5, 119.9, null, false)]
    [InlineData(59.5, 120, null, true)]
    // The buses went on reading; they did so too late; the clock stands before the reading.
    [InlineData(1, 300, 20.0, false)]
    [InlineData(1, 300, 150.0, true)]
    [InlineData(1, 120, 500.0, true)]
    public void Whole_minutes_without_anything_are_told(double beat, double now, double? heard, bool isTold)
    {
        var told = Standstill.Between(At(beat), heard is { } second ? At(second) : null, At(now));
        Assert.Equal(isTold, told is not null);
        if (told is null) return;
        Assert.Equal((IncidentKind.Gap, "gateway", At(now)), (told.Kind, told.Subject, told.At));
        Assert.Contains($"from {At(beat)} to {At(Math.Min(now, heard ?? now))}", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_reading_counts_that_lies_after_the_beat()
    {
        Reading[] readings = [Read(-5), Read(90), Read(70), Read(80)];
        Assert.Equal(At(70), Standstill.FirstAfter(At(1), null, readings));
        Assert.Equal(At(60), Standstill.FirstAfter(At(1), At(60), readings));
        Assert.Null(Standstill.FirstAfter(At(100), null, readings));
    }

    [Fact]
    public void Loop_that_was_frozen_tells_it_once_with_the_stretch()
    {
        using var scratch = Scratch.InMemory();
        var agenda = new Agenda();
        var begin = Noon.ToDateTimeOffset();
        // What a frozen process sees: all of its clocks jump at once.
        var frozen = TimeSpan.Zero;
        var process = new SimulatedProcess(agenda, now => begin.AddTicks(now));
        var time = new LeapingTime(process.Time, () => frozen);
        var clock = new GatewayClock(time, GatewayLimits.Default);
        var intake = new Intake(GatewayLimits.Default);
        using var log = EvidenceLog.Open(scratch.File("log.db"), "tested", LogOptions.Default, clock.Now);
        ImmutableArray<Point> points = [];
        var gateway = new Gateway(OccupancyPlan.Of(points, [], []), TimeZoneInfo.Utc, GatewayLimits.Default);
        var loop = new GatewayLoop(gateway, clock, intake, new Recorder(log, points, NullLogger.Instance), time);
        process.Start(() => loop.RunAsync(TestContext.Current.CancellationToken));
        agenda.RunUntil(TimeSpan.FromMinutes(5).Ticks);
        Assert.Empty(Told(log));
        frozen = TimeSpan.FromSeconds(150);
        agenda.RunUntil(TimeSpan.FromMinutes(10).Ticks);
        var told = Assert.Single(Told(log));
        Assert.Equal((IncidentKind.Gap, "gateway"), (told.Kind, told.Subject));
        Assert.InRange(told.Value, 2.4, 2.6);
        process.Kill();
    }

    private static IEnumerable<Incident> Told(EvidenceLog log) =>
        log.Read(0, int.MaxValue).Select(entry => entry.Fact).OfType<IncidentFact>().Select(fact => fact.Incident);

    private static Instant At(double second) => Noon + TimeSpan.FromSeconds(second);

    private static Reading Read(double second) => new(new PointId(0), At(second), 1, Quality.Good);

    private sealed class LeapingTime(TimeProvider time, Func<TimeSpan> leap) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp() + (long)(leap().TotalSeconds * TimestampFrequency);

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + leap();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}
