using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>A site held against the log that it goes on with: what begins, what ends, what is moved, and what the log would not take.</summary>
internal static class LogRemarks
{
    // Enough to see what is meant; a bus that was taken out has hundreds.
    private const int NamesMax = 8;

    /// <param name="mistakes">Receives what the gateway would refuse to start with.</param>
    internal static IReadOnlyList<string> Of(Site site, List<Mistake> mistakes)
    {
        try
        {
            if (LogLook.At(site.LogPath, site.Centre) is not { } log) return [];
            Series[] declared = [.. site.Points.Where(point => !point.Private).Select(Series.Of)];
            mistakes.AddRange(log.Conflicts(declared).Select(conflict => new Mistake(site.File, "$.buses", conflict,
                $"The figures until {log.Last} stay as they are; under a new name a new series begins.")));
            return [.. Points(declared, log), .. Receivers(site, log)];
        }
        catch (LogRefusedException e)
        {
            mistakes.Add(new Mistake(site.File, "$.log.path", e.Message, "Nothing of it was changed."));
            return [];
        }
        catch (LogUnavailableException e)
        {
            return [$"the log cannot be looked at: {e.Message}"];
        }
    }

    private static IEnumerable<string> Points(Series[] declared, LogLook log)
    {
        var known = log.Series.ToDictionary(series => series.Name, StringComparer.Ordinal);
        var now = declared.ToDictionary(series => series.Name, StringComparer.Ordinal);
        var begun = declared.Where(series => !known.ContainsKey(series.Name)).ToList();
        // Where someone watches a desk now, or did before, is nobody's business.
        foreach (var ended in known.Values.Where(series => !now.ContainsKey(series.Name)).GroupBy(series => series.Device).OrderBy(group => group.Key))
        {
            if (Renamed(ended, begun) is { } device)
            {
                yield return $"{ended.Key} was in the log until {log.Last}, and {device} measures the same in its place: a new series begins under "
                    + "the new name, the old figures stay under the old one. Keep the name if it is the same device.";
                continue;
            }
            yield return $"{Names(ended.Select(series => series.Name))} {(ended.Count() == 1 ? "was" : "were")} in the log until {log.Last} and "
                + $"{(ended.Count() == 1 ? "is" : "are")} no longer declared: the old figures stay as they are, nothing is added.";
        }
        foreach (var moved in declared.Where(series => known.TryGetValue(series.Name, out var before) && before.Place != series.Place
            && before.Quantity == series.Quantity).GroupBy(series => (Before: known[series.Name].Place, Now: series.Place)))
            yield return $"{Names(moved.Select(series => series.Name))}: in the log in {moved.Key.Before ?? "no space"} until {log.Last}, now in "
                + $"{moved.Key.Now ?? "no space"}. The series goes on; each figure keeps the space it was measured in.";
    }

    /// <summary>The device that came in the place of one that left: the same quantities in the same spaces.</summary>
    private static string? Renamed(IEnumerable<Series> ended, List<Series> begun)
    {
        var was = ended.Select(series => (series.Quantity, series.Place)).ToHashSet();
        return begun.GroupBy(series => series.Device).FirstOrDefault(device => was.SetEquals(device.Select(series => (series.Quantity, series.Place))))?.Key;
    }

    private static IEnumerable<string> Receivers(Site site, LogLook log) =>
        from sink in log.Sinks.Except(Tellings.SinksOf(site), StringComparer.Ordinal)
        select $"{sink} is told until now and no longer: its place in the log is given up, and what it has not taken is not kept for it.";

    private static string Names(IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToArray();
        return string.Join(", ", all.Take(NamesMax)) + (all.Length > NamesMax ? $" and {all.Length - NamesMax} more" : "");
    }
}
