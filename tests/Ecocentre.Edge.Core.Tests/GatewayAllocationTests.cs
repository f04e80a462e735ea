using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests;

/// <summary>What runs for every reading and at every beat leaves nothing for the garbage collector.</summary>
public sealed class GatewayAllocationTests
{
    [Fact]
    public void Accept_allocates_nothing_for_whatever_comes()
    {
        var gateway = New();
        var readings = new Reading[3000];
        var random = new Random(1);
        for (var i = 0; i < readings.Length; i++)
            readings[i] = new Reading(
                new PointId((ushort)random.Next(300)), T(random.Next(-500, 600)), random.Next(20) == 0 ? double.NaN : random.Next(100),
                (Quality)random.Next(4));
        gateway.Step(T(0));
        Assert.Equal(0, Allocated(() => gateway.Accept(readings)));
    }

    [Fact]
    public void A_step_allocates_nothing_when_nothing_closes()
    {
        var gateway = New();
        var reading = new Reading[300];
        var allocated = 0L;
        var empty = 0;
        for (var second = 0; second < 600; second++)
        {
            for (ushort i = 0; i < 300; i++) reading[i] = new Reading(new PointId(i), T(second), second % 2, Quality.Good);
            gateway.Accept(reading);
            var now = T(second);
            StepOutput output = default;
            var before = GC.GetAllocatedBytesForCurrentThread();
            output = gateway.Step(now);
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            // A live window closes a second after each ten, a minute two seconds after its end, and then may no longer change two minutes after it.
            if (!output.IsEmpty || second % 10 == 1) continue;
            empty++;
            // The first minutes that become final make what they are added to.
            if (second > 250) allocated += bytes;
        }
        Assert.Equal(0, allocated);
        Assert.True(empty > 500);
    }

    [Fact]
    public void A_step_that_finds_late_readings_without_effect_allocates_nothing()
    {
        var gateway = New();
        var late = new[] { new Reading(new PointId(0), T(30), 1, Quality.Good) };
        gateway.Step(T(0));
        gateway.Accept([new Reading(new PointId(0), T(29), 1, Quality.Good), new Reading(new PointId(0), T(30), 1, Quality.Good)]);
        gateway.Step(T(62));
        Assert.Equal(0, Allocated(() =>
        {
            gateway.Accept(late);
            gateway.Step(T(63));
        }));
    }

    private static Gateway New() => new(
        [.. Enumerable.Range(0, 300)
            .Select(i => (i % 3 == 0 ? Gauge(1) : i % 3 == 1 ? Counter(1) : State(1)) with { Id = new PointId((ushort)i), Name = $"p{i}" })],
        TimeZoneInfo.Utc, GatewayLimits.Default);

    private static long Allocated(Action action)
    {
        // Once for what the runtime makes when code runs first.
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
