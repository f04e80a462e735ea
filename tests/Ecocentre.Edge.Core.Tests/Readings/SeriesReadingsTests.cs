using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Core.Tests.Readings;

/// <summary>The rings against a sorted list that does the same slowly.</summary>
public sealed class SeriesReadingsTests
{
    [Fact]
    public void A_ring_keeps_the_newest_in_order_and_says_what_was_lost()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var readings = new SeriesReadings([Machine.Gauge(period: 600), Machine.Gauge(period: 600) with { Id = new PointId(1) }], GatewayLimits.Default);
            var expected = new[] { new SortedList<long, Slot>(), [] };
            for (var i = 0; i < 300; i++)
            {
                var series = random.Next(2);
                var list = expected[series];
                var slot = new Slot(random.Next(i + 20), (Quality)random.Next(4), random.Next(3));
                var needed = random.Next(100);
                if (random.Next(40) == 0) Remove(readings, series, list, random.Next(i + 20));
                else Put(readings, series, list, slot, needed, seed);
                Assert.True(list.Values.SequenceEqual(Held(readings, series), EqualityComparer<Slot>.Create((a, b) => a.Same(b))), $"seed {seed}, {i}");
                Assert.Equal(list.Count == 0 ? long.MinValue : list.Keys[^1], readings.Newest(series));
                var from = random.Next(i + 20);
                Assert.Equal(list.Keys.Count(k => k < from), readings.FirstFrom(series, from));
            }
        }
    }

    [Theory]
    [InlineData(600, 16)]
    [InlineData(10, 32)]
    [InlineData(1, 256)]
    [InlineData(0.001, 4096)]
    public void A_ring_holds_what_may_still_change_and_more_within_its_bounds(double period, int capacity)
    {
        var readings = new SeriesReadings([Machine.Gauge(period: period)], GatewayLimits.Default);
        for (var i = 0; i < 5000; i++) readings.Append(0, new Slot(i, Quality.Good, i), 0);
        Assert.Equal(capacity, readings.Count(0));
    }

    private static void Put(SeriesReadings readings, int series, SortedList<long, Slot> list, Slot slot, long needed, int seed)
    {
        bool lost, changed = true, expectedLost = false, expectedChanged = true;
        if (list.TryGetValue(slot.Milliseconds, out var held))
        {
            expectedLost = !held.Same(slot);
            expectedChanged = expectedLost && slot.IsBetterThan(held);
            if (expectedChanged) list[slot.Milliseconds] = slot;
        }
        else
        {
            list.Add(slot.Milliseconds, slot);
            if (list.Count > 16)
            {
                expectedLost = list.Keys[0] >= needed;
                expectedChanged = list.Keys[0] != slot.Milliseconds;
                list.RemoveAt(0);
            }
        }
        if (slot.Milliseconds > readings.Newest(series)) lost = readings.Append(series, slot, needed);
        else lost = readings.Insert(series, slot, needed, out changed);
        Assert.True((expectedLost, expectedChanged) == (lost, changed), $"seed {seed}");
    }

    private static void Remove(SeriesReadings readings, int series, SortedList<long, Slot> list, long from)
    {
        var removed = list.Keys.Where(k => k >= from).ToArray();
        foreach (var key in removed) list.Remove(key);
        Assert.Equal(removed.Length, readings.RemoveFrom(series, from));
    }

    private static IEnumerable<Slot> Held(SeriesReadings readings, int series) => Enumerable.Range(0, readings.Count(series)).Select(i => readings[series, i]);
}
