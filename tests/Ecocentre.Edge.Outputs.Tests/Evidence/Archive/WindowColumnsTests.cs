using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Archive;

public sealed class WindowColumnsTests
{
    private static readonly Series Power = new("m1.power.active", "power.active", "W", PointKind.Gauge, "m1", null);

    [Fact]
    public void Windows_come_back_bit_for_bit()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var windows = Draw(random);
            var bytes = WindowColumns.Encode(Facts.Start, windows);
            var found = WindowColumns.Decode(Power, Facts.Start, bytes).Select(f => f.Aggregate).ToArray();
            // Bits, not values: 0 and -0 are equal, and NaN is not.
            Assert.True(windows.Select(Bits).SequenceEqual(found.Select(Bits)), $"seed {seed}, round {round}");
            foreach (var kind in Enum.GetValues<WindowKind>())
                Assert.Equal(windows.Where(w => w.Kind == kind), WindowColumns.Decode(Power, Facts.Start, bytes, kind).Select(f => f.Aggregate));
        }
    }

    [Fact]
    public void Bytes_that_end_too_early_or_are_of_another_version_are_refused()
    {
        var bytes = WindowColumns.Encode(Facts.Start, Draw(new Random(1)));
        Assert.Throws<InvalidDataException>(() => WindowColumns.Decode(Power, Facts.Start, bytes.AsSpan()[..^5]));
        bytes[0]++;
        var refused = Assert.Throws<InvalidDataException>(() => WindowColumns.Decode(Power, Facts.Start, bytes));
        Assert.Contains("format 2", refused.Message, StringComparison.Ordinal);
    }

    private static Aggregate[] Draw(Random random)
    {
        var windows = new SortedSet<Aggregate>(Comparer<Aggregate>.Create(WindowText.Order));
        for (var count = random.Next(200); count > 0; count--)
        {
            var kind = (WindowKind)random.Next(1, 5);
            var length = kind switch
            {
                WindowKind.Minute => TimeSpan.FromMinutes(1),
                WindowKind.QuarterHour => TimeSpan.FromMinutes(15),
                WindowKind.Hour => TimeSpan.FromHours(1),
                _ => TimeSpan.FromHours(random.Next(23, 26)),
            };
            var start = Window.Containing(Facts.Start + TimeSpan.FromMinutes(random.Next(-3_000, 1_440)), length).Start;
            windows.Add(new Aggregate(default, kind, new Window(start, length), random.Next(3), random.Next(100),
                Value(random), Value(random), Value(random), Value(random), Value(random), random.NextDouble()));
        }
        return [.. windows];
    }

    private static double Value(Random random) => random.Next(8) switch
    {
        0 => double.NaN,
        1 => 0,
        2 => -0.0,
        3 => random.Next(-1_000, 1_000) / 10.0,
        4 => (float)(random.NextDouble() * 1_000),
        5 => BitConverter.Int64BitsToDouble(random.NextInt64()),
        6 => double.MaxValue,
        _ => random.NextDouble() * 1e6,
    };

    private static (WindowKind, Window, int, int, long, long, long, long, long, long) Bits(Aggregate a) => (
        a.Kind, a.Window, a.Revision, a.Count, BitConverter.DoubleToInt64Bits(a.Min), BitConverter.DoubleToInt64Bits(a.Max),
        BitConverter.DoubleToInt64Bits(a.Mean), BitConverter.DoubleToInt64Bits(a.Last), BitConverter.DoubleToInt64Bits(a.Delta),
        BitConverter.DoubleToInt64Bits(a.Coverage));
}
