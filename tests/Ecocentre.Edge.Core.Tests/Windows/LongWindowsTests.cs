using System.Globalization;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Core.Tests.Machine;

namespace Ecocentre.Edge.Core.Tests.Windows;

/// <summary>Quarter hours, hours and local days against a plain merge of the minutes that were stored.</summary>
public sealed class LongWindowsTests
{
    [Theory]
    [InlineData("UTC", "2026-11-21T00:00:00Z", 24)]
    [InlineData("Europe/Paris", "2026-03-28T23:00:00Z", 23)]
    [InlineData("Europe/Paris", "2026-10-24T22:00:00Z", 25)]
    [InlineData("Africa/Cairo", "2026-04-23T22:00:00Z", 23)]
    [InlineData("Asia/Kolkata", "2026-11-20T18:30:00Z", 24)]
    public void A_day_is_the_merge_of_its_minutes(string zone, string start, double hours)
    {
        var day = new Window(At(start), TimeSpan.FromHours(hours));
        var machine = new Machine([Gauge(period: 60), Counter(period: 60), State(period: 60)], zone: TimeZoneInfo.FindSystemTimeZoneById(zone));
        var random = new Random(7);
        var (register, at) = (1000.0, day.Start - TimeSpan.FromMinutes(40));
        machine.StartAt(at);
        for (; at < day.End + TimeSpan.FromMinutes(40); at += TimeSpan.FromSeconds(20))
        {
            machine.Step(at).Read(0, at, random.Next(1000), (Quality)random.Next(3)).Read(2, at, random.Next(2));
            if (random.Next(3) > 0) machine.Read(1, at, register += random.NextDouble() / 10);
        }
        for (var point = 0; point < 3; point++)
        {
            var minutes = machine.Highest(WindowKind.Minute, point).ToArray();
            Assert.Equal(Merged(minutes, WindowKind.Day, day), machine.Window(WindowKind.Day, day.Start, point));
            foreach (var kind in new[] { WindowKind.QuarterHour, WindowKind.Hour })
            {
                var windows = machine.Highest(kind, point).ToArray();
                Assert.Equal(windows.Select(w => Merged(minutes, kind, w.Window)), windows);
                var length = kind == WindowKind.Hour ? 1 : 0.25;
                Assert.Equal(hours / length, windows.Count(w => w.Window.Start >= day.Start && w.Window.End <= day.End), 1.0);
            }
        }
    }

    [Fact]
    public void A_longer_window_closes_once_when_its_last_minute_can_no_longer_change()
    {
        var machine = new Machine(Gauge()).StartAt(T(0)).Run(T(900 + 119.9));
        Assert.Empty(machine.Highest(WindowKind.QuarterHour));
        machine.Read(899, 5).Step(T(900 + 120));
        var quarter = machine.Window(WindowKind.QuarterHour, T(0));
        Assert.Equal((0, 1, 5.0), (quarter.Revision, quarter.Count, quarter.Max));
        machine.Run(T(3600 + 119));
        Assert.Empty(machine.Highest(WindowKind.Hour));
        Assert.Single(machine.Step(T(3600 + 120)).Highest(WindowKind.Hour));
    }

    [Fact]
    public void A_window_begun_in_the_middle_has_the_coverage_of_its_whole_length()
    {
        var machine = new Machine(Gauge(period: 60)).StartAt(T(600));
        for (var at = 600; at < 900; at += 60) machine.Run(T(at)).Read(at, 50);
        machine.Run(T(1100));
        Assert.Equal(1 / 3.0, machine.Window(WindowKind.QuarterHour, T(0)).Coverage, 1e-12);
    }

    [Fact]
    public void Hours_are_aligned_to_the_epoch_also_in_zones_of_half_hours()
    {
        var machine = new Machine([Gauge()], zone: TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata")).StartAt(T(0)).Run(T(3 * 3600));
        Assert.All(machine.Highest(WindowKind.Hour), hour => Assert.Equal(0, hour.Window.Start.UnixMilliseconds % 3_600_000));
    }

    /// <summary>The definition, written down a second time: deltas and counts add up, means are weighted by coverage (a minute of questionable
    /// readings only counts once), bounds are those of the bounds, the last is the last known.</summary>
    internal static Aggregate Merged(Aggregate[] all, WindowKind kind, Window window)
    {
        var minutes = all.Where(m => window.Contains(m.Window.Start)).ToArray();
        var known = minutes.Where(m => !double.IsNaN(m.Mean)).ToArray();
        double weighted = 0, weights = 0;
        foreach (var minute in known)
        {
            var weight = minute.Coverage > 0 ? minute.Coverage : 1;
            (weighted, weights) = (weighted + weight * minute.Mean, weights + weight);
        }
        var deltas = minutes.Where(m => !double.IsNaN(m.Delta)).Select(m => m.Delta).ToArray();
        var any = known.Length > 0;
        var (min, max) = any ? (known.Min(m => m.Min), known.Max(m => m.Max)) : (double.NaN, double.NaN);
        return new Aggregate(
            all[0].Point, kind, window, 0, minutes.Sum(m => m.Count), min, max,
            any ? Math.Clamp(weighted / weights, min, max) : double.NaN,
            minutes.LastOrDefault(m => !double.IsNaN(m.Last), new Aggregate { Last = double.NaN }).Last,
            deltas.Length > 0 ? deltas.Sum() : double.NaN,
            Math.Min(1, minutes.Sum(m => m.Coverage * 60_000) / window.Length.TotalMilliseconds));
    }

    private static Instant At(string text) => Instant.From(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));
}
