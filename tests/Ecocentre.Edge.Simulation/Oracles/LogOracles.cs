using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Simulation.Oracles;

/// <summary>What must hold in any log, whatever went wrong around it.</summary>
internal static class LogOracles
{
    private const double Rounding = 1e-9;

    /// <summary>What the log still holds is in order, and ends at its head.</summary>
    public static void Ordered(IReadOnlyList<LogEntry> held, long head, Verdicts verdicts)
    {
        for (var i = 1; i < held.Count; i++)
            verdicts.Check("ordered", held[i].Sequence > held[i - 1].Sequence, $"sequence {held[i].Sequence} comes after {held[i - 1].Sequence}");
        verdicts.Check("ordered", held.Count == 0 || head == held[^1].Sequence, $"the head says {head}, the last entry {held[^1].Sequence}");
    }

    /// <summary>Each window of a series is closed once, and once more for each revision; kinds and borders are as declared.</summary>
    /// <param name="beginsLater">Series that came into the site later: a window that others had already begins with their next revision.</param>
    public static void WindowsOnce(IEnumerable<WindowFact> windows, TimeZoneInfo zone, Func<string, bool> beginsLater, Verdicts verdicts)
    {
        var revisions = new Dictionary<(string, WindowKind, long), int>();
        var ofOthers = new Dictionary<(WindowKind, long), int>();
        foreach (var (series, aggregate) in windows)
        {
            var key = (series.Name, aggregate.Kind, aggregate.Window.Start.UnixMilliseconds);
            var (window, isKnown) = ((aggregate.Kind, aggregate.Window.Start.UnixMilliseconds), revisions.TryGetValue(key, out var expected));
            var newest = ofOthers.GetValueOrDefault(window, -1);
            if (!isKnown && aggregate.Revision <= newest + 1 && beginsLater(series.Name)) expected = aggregate.Revision;
            ofOthers[window] = Math.Max(newest, aggregate.Revision);
            verdicts.Check("once", aggregate.Revision == expected,
                $"{series.Name} {aggregate.Kind} {aggregate.Window.Start}: revision {aggregate.Revision} where {expected} was to come");
            revisions[key] = aggregate.Revision + 1;
            verdicts.Check("borders", HasBorders(aggregate, zone), $"{series.Name} {aggregate.Kind} {aggregate.Window}");
            verdicts.Check("sane", IsSane(aggregate, series.Kind), $"{series.Name} {aggregate}");
        }
    }

    /// <summary>A quarter hour is its minutes, an hour its quarters' minutes, a day all of them: counted energy is the same at every length.</summary>
    public static void LongerWindowsAddUp(IReadOnlyCollection<WindowFact> final, Verdicts verdicts)
    {
        var minutes = final.Where(w => w.Aggregate.Kind == WindowKind.Minute).GroupBy(w => w.Series.Name)
            .ToDictionary(g => g.Key, g => g.Select(w => w.Aggregate).OrderBy(a => a.Window.Start).ToList());
        foreach (var (series, longer) in final)
        {
            if (longer.Kind == WindowKind.Minute) continue;
            var (delta, count) = Inside(minutes.GetValueOrDefault(series.Name, []), longer.Window);
            var told = double.IsNaN(longer.Delta) ? 0 : longer.Delta;
            verdicts.Check("adds up", Math.Abs(delta - told) <= Rounding * Math.Max(1, delta),
                $"{series.Name} {longer.Kind} {longer.Window.Start}: says {told}, its minutes say {delta}");
            verdicts.Check("adds up", count == longer.Count,
                $"{series.Name} {longer.Kind} {longer.Window.Start}: {longer.Count} readings, its minutes have {count}");
        }
    }

    private static (double Delta, int Count) Inside(List<Aggregate> minutes, Window window)
    {
        var (low, high) = (0, minutes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (minutes[middle].Window.Start < window.Start) low = middle + 1;
            else high = middle;
        }
        var (delta, count) = (0.0, 0);
        for (; low < minutes.Count && minutes[low].Window.Start < window.End; low++)
        {
            count += minutes[low].Count;
            if (!double.IsNaN(minutes[low].Delta)) delta += minutes[low].Delta;
        }
        return (delta, count);
    }

    /// <summary>Of several revisions the last one.</summary>
    public static List<WindowFact> Final(IEnumerable<WindowFact> windows)
    {
        var final = new Dictionary<(string, WindowKind, long), WindowFact>();
        foreach (var window in windows) final[(window.Series.Name, window.Aggregate.Kind, window.Aggregate.Window.Start.UnixMilliseconds)] = window;
        return [.. final.Values];
    }

    private static bool HasBorders(in Aggregate aggregate, TimeZoneInfo zone)
    {
        var (start, length) = (aggregate.Window.Start, aggregate.Window.Length);
        if (aggregate.Kind != WindowKind.Day)
        {
            var declared = aggregate.Kind switch
            {
                WindowKind.Minute => TimeSpan.FromMinutes(1),
                WindowKind.QuarterHour => TimeSpan.FromMinutes(15),
                WindowKind.Hour => TimeSpan.FromHours(1),
                _ => TimeSpan.Zero,
            };
            return length == declared && start.UnixMilliseconds % (long)declared.TotalMilliseconds == 0;
        }
        var first = TimeZoneInfo.ConvertTime(start.ToDateTimeOffset(), zone);
        var next = TimeZoneInfo.ConvertTime(aggregate.Window.End.ToDateTimeOffset(), zone);
        return first.TimeOfDay == TimeSpan.Zero && next.TimeOfDay == TimeSpan.Zero && next.Date == first.Date.AddDays(1);
    }

    private static bool IsSane(in Aggregate a, PointKind kind)
    {
        var slack = Rounding * Math.Abs(a.Mean);
        var isOrdered = kind == PointKind.Counter || double.IsNaN(a.Mean) || a.Min <= a.Mean + slack && a.Mean <= a.Max + slack;
        return isOrdered && a.Coverage >= 0 && a.Coverage <= 1 && a.Count >= 0 && !(a.Delta < 0);
    }
}
