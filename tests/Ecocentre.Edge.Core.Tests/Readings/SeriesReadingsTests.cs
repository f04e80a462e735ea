using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

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

    [Fact]
    public void Whatever_the_values_and_times_what_is_needed_comes_back_bit_for_bit()
    {
        double[] odd =
        [
            double.NaN, 1 / 3.0, 0.1, -0.1, 2_302 / 10.0, 1e300, double.Epsilon, double.PositiveInfinity, int.MaxValue / 1000.0, 3e9 + 0.001, 16_777_217,
        ];
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var readings = new SeriesReadings([Machine.Gauge(period: 600), Machine.Gauge(period: 600) with { Id = new PointId(1) }], GatewayLimits.Default);
            var expected = new[] { new SortedList<long, Slot>(), [] };
            var (now, leap) = (1_795_287_637_042L, 1L << random.Next(8, 33));
            for (var i = 0; i < 200; i++)
            {
                now += random.NextInt64(leap);
                var series = random.Next(2);
                var list = expected[series];
                var at = random.Next(4) == 0 ? now - random.NextInt64(2 * leap) : now;
                var value = series == 0 ? random.Next(100) : random.Next(20) > 0 ? random.Next(100_000) / 1000.0 : odd[random.Next(odd.Length)];
                if (random.Next(40) == 0) Remove(readings, series, list, at);
                else Put(readings, series, list, new Slot(at, (Quality)random.Next(4), value), long.MinValue, seed);
                Assert.True(list.Values.SequenceEqual(Held(readings, series), EqualityComparer<Slot>.Create((a, b) => a.Same(b))), $"seed {seed}, {i}");
            }
        }
    }

    [Fact]
    public void After_days_of_silence_what_is_not_needed_any_more_is_let_go_of()
    {
        var readings = new SeriesReadings([Machine.Gauge(period: 600)], GatewayLimits.Default);
        const long day = 86_400_000;
        for (var i = 0; i < 3; i++) readings.Append(0, new Slot(i, Quality.Good, i), 0);
        readings.Append(0, new Slot(4 * day, Quality.Good, 4), 4 * day - 60_000);
        Assert.Equal([4.0], Held(readings, 0).Select(slot => slot.Value));
        readings.Append(0, new Slot(6 * day, Quality.Good, 6), 6 * day - 60_000);
        Assert.Equal([4.0, 6.0], Held(readings, 0).Select(slot => slot.Value));
        // Of a time that is wrong, and will be removed, nothing that is held may suffer.
        readings.Append(0, new Slot(400 * day, Quality.Good, 400), 6 * day - 60_000);
        readings.RemoveFrom(0, 7 * day);
        Assert.Equal([(4 * day, 4.0), (6 * day, 6.0)], Held(readings, 0).Select(slot => (slot.Milliseconds, slot.Value)));
    }

    [Fact]
    public void Readings_that_take_more_bits_go_the_same_ways()
    {
        var points = new[] { Machine.Gauge(period: 1), Machine.Gauge(period: 1) with { Id = new PointId(1) } };
        var (plain, other) = (new SeriesReadings([.. points], GatewayLimits.Default), new SeriesReadings([.. points], GatewayLimits.Default));
        for (var i = 0; i < 700; i++)
        {
            Reading[] batch = [.. points.Select(point => new Reading(point.Id, new Instant(1_000L * i), point.Id.Value == 0 ? i / 3.0 : i, Quality.Good))];
            if (i == 500) plain.Doubt(1, true);
            var needed = 1_000L * (i - 182);
            for (var done = 0; done < batch.Length; done++)
            {
                done += plain.AppendPlain(batch.AsSpan(done), long.MinValue, needed, trusted: true);
                if (done < batch.Length) Assert.False(plain.Append(batch[done].Point.Value, plain.Judge(batch[done], trusted: true), needed));
            }
            foreach (var reading in batch)
                other.Append(reading.Point.Value, new Slot(1_000L * i,
                    reading.Point.Value == 1 && i >= 500 ? Quality.Questionable : Quality.Good, reading.Value), needed);
        }
        for (var series = 0; series < 2; series++)
            Assert.True(Held(plain, series).SequenceEqual(Held(other, series), EqualityComparer<Slot>.Create((a, b) => a.Same(b))));
        Assert.Equal(198, plain.Count(0));
    }

    [Theory]
    [InlineData(600, 17)]
    [InlineData(10, 35)]
    [InlineData(1, 198)]
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
            if (list.Count > 17)
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
