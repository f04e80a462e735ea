using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Archive;

public sealed class MinuteColumnsTests
{
    public static TheoryData<string, string, PointKind, double> Quantities => new()
    {
        // The resolution is a power of ten: for watts a tenth, but never finer than a ten-thousandth of the day's leading digit.
        { "power.active", "W", PointKind.Gauge, 0.1 }, { "voltage.l1", "V", PointKind.Gauge, 0.1 }, { "temperature", "°C", PointKind.Gauge, 0.01 },
        { "co2", "ppm", PointKind.Gauge, 1 }, { "energy.active.import", "kWh", PointKind.Counter, 0.001 }, { "presence", "1", PointKind.State, 0.1 },
    };

    [Theory]
    [MemberData(nameof(Quantities))]
    public void Minutes_come_back_within_half_of_their_resolution(string quantity, string unit, PointKind kind, double resolution)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var series = new Series("p", quantity, unit, kind, "d", null);
        for (var round = 0; round < 50; round++)
        {
            var minutes = Draw(kind, random);
            var bytes = MinuteColumns.Encode(Facts.Start, Resolution.Of(series, minutes)!.Value, minutes);
            var found = MinuteColumns.Decode(series, Facts.Start, bytes);
            Assert.Equal(minutes.Length, found.Length);
            foreach (var (one, other) in minutes.Zip(found.Select(f => f.Aggregate)))
            {
                Assert.Equal((one.Window, one.Revision, one.Count), (other.Window, other.Revision, other.Count));
                Near(one.Min, other.Min);
                Near(one.Max, other.Max);
                Near(one.Mean, other.Mean);
                Near(one.Last, other.Last);
                Near(one.Delta, other.Delta);
                Assert.True(Math.Abs(one.Coverage - other.Coverage) <= 0.0005001, $"seed {seed}");
            }

            void Near(double one, double other) => Assert.True(
                double.IsNaN(one) ? double.IsNaN(other) : Math.Abs(one - other) <= resolution * 0.5000001, $"seed {seed}: {one} became {other}");
        }
    }

    [Fact]
    public void Great_values_are_kept_to_a_ten_thousandth_of_their_leading_digit()
    {
        var series = new Series("main.power.active", "power.active", "W", PointKind.Gauge, "main", null);
        Assert.Equal(0, Resolution.Of(series, [Gauge(0, 23_456.78)])!.Value.Exponent);
        Assert.Equal(-1, Resolution.Of(series, [Gauge(0, 23)])!.Value.Exponent);
        Assert.Null(Resolution.Of(series, [Gauge(0, double.PositiveInfinity)]));
    }

    [Fact]
    public void Window_that_is_no_whole_minute_of_the_day_is_no_row()
    {
        Assert.True(MinuteColumns.Holds(Gauge(0, 1), Facts.Start));
        Assert.True(MinuteColumns.Holds(Gauge(1_439, 1), Facts.Start));
        Assert.False(MinuteColumns.Holds(Gauge(1_440, 1), Facts.Start));
        Assert.False(MinuteColumns.Holds(Gauge(-1, 1), Facts.Start));
        var half = new Window(Facts.Start + TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
        Assert.False(MinuteColumns.Holds(Gauge(0, 1) with { Window = half }, Facts.Start));
        Assert.False(MinuteColumns.Holds(Gauge(0, 1) with { Coverage = double.NaN }, Facts.Start));
    }

    [Fact]
    public void Same_minutes_give_the_same_bytes()
    {
        var minutes = Draw(PointKind.Gauge, new Random(5));
        Assert.Equal(MinuteColumns.Encode(Facts.Start, new Resolution(-1, -1), minutes), MinuteColumns.Encode(Facts.Start,
            new Resolution(-1, -1), minutes));
    }

    private static Aggregate Gauge(int minute, double value) => new(
        default, WindowKind.Minute, new Window(Facts.Start + TimeSpan.FromMinutes(minute), TimeSpan.FromMinutes(1)), 0, 12, value, value, value,
            value, double.NaN, 1);

    private static Aggregate[] Draw(PointKind kind, Random random)
    {
        var (minutes, level, register) = (new List<Aggregate>(), random.NextDouble() * 900, random.NextDouble() * 1e7);
        for (var minute = 0; minute < 1_440; minute++)
        {
            if (random.Next(200) == 0) minute += random.Next(60);
            if (minute >= 1_440) break;
            var one = Gauge(minute, level = Math.Clamp(level + random.NextDouble() * 20 - 10, -999, 999)) with
            {
                Revision = random.Next(50) == 0 ? random.Next(5) : 0, Count = random.Next(13),
                Coverage = random.Next(9) == 0 ? random.NextDouble() : 1,
            };
            one = kind switch
            {
                PointKind.Counter => one with { Min = double.NaN, Max = double.NaN, Mean = double.NaN,
                    Last = register += Math.Max(0, level / 1e3), Delta = Math.Max(0, level / 1e3) },
                PointKind.State => one with { Min = 0, Max = 1, Mean = random.NextDouble(), Last = random.Next(2), Delta = random.NextDouble() * 60 },
                _ => one with { Min = level - random.NextDouble(), Max = level + random.NextDouble(), Last = level + 0.3 },
            };
            // Nothing was heard.
            if (random.Next(30) == 0) one = one with { Count = 0, Coverage = 0, Min = double.NaN, Max = double.NaN, Mean = double.NaN,
                Delta = double.NaN };
            minutes.Add(one);
        }
        return [.. minutes];
    }
}
