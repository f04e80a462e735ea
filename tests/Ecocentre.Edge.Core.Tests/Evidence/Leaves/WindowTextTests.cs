using System.Text;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Core.Tests.Evidence.Leaves;

/// <summary>Windows as lines: written as documented, and read back to the last bit.</summary>
public sealed class WindowTextTests
{
    // 2026-11-20T00:00:00Z
    private static readonly Instant At = new(1_795_132_800_000);
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    [Theory]
    [InlineData("15m,2026-11-20T00:15:00Z,0,90,415.2,431,422.7333333333333,430,,1")]
    [InlineData("1m,2026-11-20T23:59:00Z,2,0,,,,,,0")]
    [InlineData("1h,2026-11-20T05:00:00Z,0,3600,-0,1E-05,1E+20,5E-324,1.7976931348623157E+308,0.30000000000000004")]
    [InlineData("1d,2026-11-19T23:00:00Z,0,8640,1,2,3,4,5,0.5")]
    [InlineData("1m,2026-11-20T23:59:00.250Z,0,1,1,1,1,1,,1")]
    public void Line_comes_back_as_it_was(string line)
    {
        Assert.True(WindowText.TryRead(Encoding.UTF8.GetBytes(line), Zone, out var window));
        Assert.Equal(line + "\n", Line(window));
    }

    [Fact]
    public void Local_day_has_its_own_length()
    {
        // Clocks went back on 25 October 2026.
        Assert.True(WindowText.TryRead("1d,2026-10-24T22:00:00Z,0,1,1,1,1,1,,1\n"u8, Zone, out var day));
        Assert.Equal((WindowKind.Day, TimeSpan.FromHours(25)), (day.Kind, day.Window.Length));
        Assert.True(WindowText.TryRead("1h,2026-10-24T22:00:00Z,0,1,1,1,1,1,,1\n"u8, Zone, out var hour));
        Assert.Equal(TimeSpan.FromHours(1), hour.Window.Length);
    }

    [Fact]
    public void Any_numbers_come_back_bit_for_bit()
    {
        var random = new Random(61);
        Span<byte> line = stackalloc byte[WindowText.LineBytesMax];
        for (var round = 0; round < 20_000; round++)
        {
            var stretch = new Window(At + TimeSpan.FromMinutes(15 * random.Next(40_000)), TimeSpan.FromMinutes(15));
            var window = new Aggregate(default, WindowKind.QuarterHour, stretch,
                random.Next(), int.MaxValue - random.Next(3), Any(random), Any(random), Any(random), Any(random), Any(random), Any(random));
            var length = WindowText.Write(window, line);
            Assert.True(WindowText.TryRead(line[..length], Zone, out var read), $"seed 61, round {round}");
            Assert.Equal(window, read);
        }
    }

    [Fact]
    public void Lines_are_ordered_by_length_then_start()
    {
        var quarter = new Aggregate(default, WindowKind.QuarterHour, new Window(At + TimeSpan.FromHours(3), TimeSpan.FromMinutes(15)), 0, 0, 0, 0, 0, 0, 0, 0);
        var hour = quarter with { Kind = WindowKind.Hour, Window = new Window(At, TimeSpan.FromHours(1)) };
        var earlier = quarter with { Window = new Window(At, TimeSpan.FromMinutes(15)) };
        var minute = quarter with { Kind = WindowKind.Minute };
        var lines = new List<Aggregate> { hour, quarter, earlier, minute };
        lines.Sort(WindowText.Order);
        Assert.Equal([minute, earlier, quarter, hour], lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("15m")]
    [InlineData("10s,2026-11-20T00:15:00Z,0,90,1,1,1,1,,1")]
    [InlineData("15m,2026-11-31T00:15:00Z,0,90,1,1,1,1,,1")]
    [InlineData("15m,2026-11-20T24:15:00Z,0,90,1,1,1,1,,1")]
    [InlineData("15m,2026-11-20 00:15:00Z,0,90,1,1,1,1,,1")]
    [InlineData("15m,2026-11-20T00:15:00Z,x,90,1,1,1,1,,1")]
    [InlineData("15m,2026-11-20T00:15:00Z,0,,1,1,1,1,,1")]
    [InlineData("15m,2026-11-20T00:15:00Z,0,90,1,1,1,1,1")]
    [InlineData("15m,2026-11-20T00:15:00Z,0,90,1,1,1,1,,1,")]
    [InlineData("15m,2026-11-20T00:15:00Z,0,90,1,1,1,one,,1")]
    [InlineData("15m,2026-11-20T00:15:00Z,0,90,1,1,1,Infinity,,1")]
    [InlineData("15m,2026-11-20T00:15:00Z,0,90,1,1,1,NaN,,1")]
    public void What_is_no_line_is_refused(string line) => Assert.False(WindowText.TryRead(Encoding.UTF8.GetBytes(line), Zone, out _));

    private static string Line(in Aggregate window)
    {
        Span<byte> line = stackalloc byte[WindowText.LineBytesMax];
        return Encoding.UTF8.GetString(line[..WindowText.Write(window, line)]);
    }

    private static double Any(Random random)
    {
        while (true)
        {
            var number = random.Next(4) switch
            {
                0 => double.NaN,
                1 => Math.Round(random.NextDouble() * 1_000, 1),
                2 => random.NextDouble() * 1_000,
                _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
            };
            if (!double.IsInfinity(number)) return number;
        }
    }
}
