using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>What leaves the log, in which order, and what is said about it.</summary>
internal static class Pruning
{
    // What a step dirties besides its pages: new leaves, pointer maps, the standing.
    private const long SlackBytes = 16 * LogFile.PageBytes;

    // One transaction deletes at most this many pages, so that a step stays short; the rest follows with the next ones.
    private const int RowsMax = 512;

    /// <summary>Deletes pages that every sink has and that are older than the options keep them.</summary>
    /// <returns>False when there is more to delete.</returns>
    public static bool Expire(LogStep step, LogOptions options, long? allHave)
    {
        var delivered = allHave ?? step.HeadBefore;
        var detailKeep = options.Keep > options.RestoreKeep ? options.Keep : options.RestoreKeep;
        var rows = Delete(step, PageKind.Detail, RowsMax, row => row.Key.Range.Last <= delivered && row.Key.At < step.Now - detailKeep);
        rows += Delete(step, PageKind.Evidence, RowsMax - rows,
            row => row.Key.Range.Last <= delivered && row.Key.At < step.Now - options.EvidenceKeep);
        return rows < RowsMax;
    }

    /// <summary>Deletes pages until what the step adds fits: first what every sink has, minute windows before evidence, then minute windows
    /// that a sink has not, and evidence that a sink has not at the very last. What restoring needs goes after what it does not.</summary>
    /// <returns>Pages given up that a sink had not, or that would have stayed longer if there were room.</returns>
    public static List<PageRow> MakeRoom(LogStep step, LogOptions options, long? allHave)
    {
        // A fiftieth at a time: full logs are rare, and each time is an incident.
        const int chunk = 50;
        var bytesMax = options.BytesMax - LogFile.AheadBytesMax;
        var target = bytesMax - step.PendingBytes - SlackBytes;
        if (step.Writer.BytesUsed <= target) return [];
        target -= bytesMax / chunk;

        var given = new List<PageRow>();
        var restore = step.Now - options.RestoreKeep;
        var rows = RowsMax;
        Take(PageKind.Detail, row => row.Key.Range.Last <= allHave && row.Key.At < restore);
        Take(PageKind.Evidence, row => row.Key.Range.Last <= allHave);
        Take(PageKind.Detail, row => row.Key.At < restore);
        Take(PageKind.Detail, _ => true);
        Take(PageKind.Evidence, _ => true);
        return given;

        void Take(PageKind kind, Func<PageRow, bool> may) => rows -= Delete(step, kind, rows, row =>
        {
            if (step.Writer.BytesUsed <= target || !may(row)) return false;
            if (!(row.Key.Range.Last <= allHave)) given.Add(row);
            return true;
        });
    }

    /// <summary>Deletes minute windows that every sink has and restoring does not need, until the step fits into the file as it is: the disk is
    /// full, and the file cannot grow.</summary>
    public static void MakeRoomOnFullDisk(LogStep step, LogOptions options, long? allHave)
    {
        var target = step.Writer.BytesUsed - step.PendingBytes - SlackBytes;
        Delete(step, PageKind.Detail, RowsMax, row =>
            row.Key.Range.Last <= allHave && row.Key.At < step.Now - options.RestoreKeep && step.Writer.BytesUsed > target);
    }

    /// <summary>One incident for each kind of page that was given up.</summary>
    public static IEnumerable<LogFact> Report(List<PageRow> given, LogOptions options, IReadOnlyList<KeyValuePair<string, long>> cursors, Instant now)
    {
        foreach (var kind in given.GroupBy(row => row.Kind))
        {
            var range = new SequenceRange(kind.Min(row => row.Key.Range.First), kind.Max(row => row.Key.Range.Last));
            var entries = kind.Sum(row => row.Key.Range.Count);
            var waiting = cursors.Where(cursor => cursor.Value < range.Last).Select(cursor => cursor.Key).ToArray();
            var what = kind.Key == PageKind.Detail ? "minute windows" : "evidence";
            var text = string.Create(CultureInfo.InvariantCulture, $"The log has reached its {options.BytesMax} bytes: {entries} entries of {what} ")
                + $"in the sequences {range}, appended from {kind.Min(row => row.Key.At)} to {kind.Max(row => row.Key.At)}, were given up "
                + (waiting.Length == 0 ? "before their time." : $"before {string.Join(" and ", waiting)} had taken them.");
            yield return new IncidentFact(new Incident(now, IncidentKind.EntriesDropped, "gateway", text, entries));
        }
    }

    private static int Delete(LogStep step, PageKind kind, int rowsMax, Func<PageRow, bool> may)
    {
        var rows = 0;
        for (; rows < rowsMax; rows++)
        {
            if (step.Writer.Oldest(kind) is not { } row || row.Key.Range.Last >= step.HeadBefore || !may(row)) break;
            step.Writer.Delete(row);
        }
        return rows;
    }
}
