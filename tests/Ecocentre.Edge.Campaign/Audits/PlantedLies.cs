using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Campaign.Audits;

/// <summary>The audit is given what a campaign left, each time with one thing spoiled: it must find it, or it could not have found
/// anything.</summary>
internal static class PlantedLies
{
    /// <returns>What was planted, and whether it was found.</returns>
    public static IEnumerable<(string Lie, bool IsFound)> Try(Evidences given)
    {
        var rows = given.Rows.Where(row => row.Window is { IsMinute: true, Count: > 0 } window && given.Truth.IsUndisturbed(window)).ToArray();
        if (rows.Length < 2)
        {
            yield return ("no two undisturbed minutes to spoil", false);
            yield break;
        }
        var (one, other) = (rows[rows.Length / 2], rows[^1]);
        yield return ("a row taken away", Finds(FindingKind.Lost, given with { Rows = [.. given.Rows.Where(row => row != one)] }));
        yield return ("a row twice, at another time", Finds(FindingKind.Duplicated, given with { Rows = [.. given.Rows, one with { Place = other.Place }] }));
        yield return ("a row with another number than the log's", Finds(FindingKind.Wrong,
            given with { Rows = [.. given.Rows.Select(row => row == one ? row with { Content = other.Content + " " } : row)] }));
        yield return ("a row that no entry of the log stands behind", Finds(FindingKind.Wrong,
            given with { Rows = [.. given.Rows, one with { Sequence = long.MaxValue / 2, Place = "window elsewhere" }] }));
        var counter = rows.First(row => given.Truth.IsCounter(row.Window!.Point));
        yield return ("a register that the meter did not show", Finds(FindingKind.Wrong, given with
        {
            Rows = [.. given.Rows.Select(row => row != counter ? row : row with { Window = row.Window! with { Last = row.Window.Last + 100 } })],
        }));
        var gauge = rows.First(row => row.Window!.Point.EndsWith("voltage.l1", StringComparison.Ordinal));
        yield return ("a voltage half of what it was", Finds(FindingKind.Wrong, given with
        {
            Rows = [.. given.Rows.Select(row => row != gauge ? row : row with { Window = row.Window! with { Mean = row.Window.Mean / 2 } })],
        }));
        yield return ("a minute's energy counted twice", Finds(FindingKind.Wrong, given with { Final = [.. given.Final.Select(e => Double(e, given))] }));
        yield return ("a minute that is in neither log nor database", Finds(FindingKind.Lost, Without(given, one.Window!)));

        if (rows.FirstOrDefault(row => IsBesideRestart(row.Window!, given)) is { } beside)
            yield return ("a minute beside a restart that no gap means", Finds(FindingKind.Lost, Without(given, beside.Window!)));

        // What was bad before the lie does not count as having found it.
        bool Finds(FindingKind kind, Evidences spoiled) => CountOf(kind, spoiled) > CountOf(kind, given);

        int CountOf(FindingKind kind, Evidences of) => Audit.Of(of).Findings.Count(f => f.IsBad && f.Kind == kind);
    }

    /// <summary>Near enough for a careless look at the incidents to excuse it; not among the first, from which on minutes are asked for.</summary>
    private static bool IsBesideRestart(PublishedWindow minute, Evidences given)
    {
        var near = TimeSpan.FromMinutes(1);
        return given.Known.Values.Where(e => e.Fact is IncidentFact { Incident.Kind: IncidentKind.Started })
            .Any(e => e.Fact.At > minute.Start - near && e.Fact.At < minute.End + near)
            && given.Rows.Any(row => row.Window is { IsMinute: true } other && other.Start < minute.Start - 2 * near);
    }

    private static LogEntry Double(LogEntry entry, Evidences given)
    {
        var victim = given.Final.Last(e => e.Fact is WindowFact { Aggregate: { Delta: > 0, Kind: Windows.WindowKind.Minute } });
        return entry.Sequence != victim.Sequence || entry.Fact is not WindowFact fact ? entry
            : entry with { Fact = fact with { Aggregate = fact.Aggregate with { Delta = 2 * fact.Aggregate.Delta + 1 } } };
    }

    private static Evidences Without(Evidences given, PublishedWindow minute)
    {
        bool IsIt(LogEntry e) => e.Fact is WindowFact { Aggregate.Kind: Windows.WindowKind.Minute } w && w.Series.Name == minute.Point && w.At == minute.Start;
        var gone = given.Known.Values.Where(IsIt).Select(e => e.Sequence).ToHashSet();
        return given with
        {
            Known = given.Known.Where(e => !gone.Contains(e.Key)).ToDictionary(), Rows = [.. given.Rows.Where(row => !gone.Contains(row.Sequence))],
        };
    }
}
