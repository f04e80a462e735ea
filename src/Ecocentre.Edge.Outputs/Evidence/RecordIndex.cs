using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The log's rare records (instruments, calibrations, swaps, entries and corrections by hand, configurations, checkpoints, keys)
/// at hand, without unpacking a year of windows to find them. A copy: <c>LOG.records</c> beside the log, one JSON object a line, made anew from the
/// log wherever it lags behind or is lost.</summary>
/// <remarks>Verdicts are many and are not in it. Any thread may read; adding belongs to whoever appends to the log.</remarks>
internal sealed class RecordIndex
{
    // A line without a record says how far the log has been looked through: at least this often, so that a start after a power cut looks through
    // less than a day of a large centre.
    private const long CheckedStep = 100_000;

    // The file is for programs, but people look into it.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly List<LogEntry> _entries = [];
    private long _checked;
    private SequenceRange _missing = new(1, 0);

    private RecordIndex(string path) => _path = path;

    /// <summary>All records at hand, in sequence.</summary>
    internal IReadOnlyList<LogEntry> Entries
    {
        get
        {
            lock (_gate) return [.. _entries];
        }
    }

    /// <summary>Sequences that had left the log before they were looked through, because the index was lost; empty when there are none.</summary>
    internal SequenceRange Missing
    {
        get
        {
            lock (_gate) return _missing;
        }
    }

    /// <param name="tail">The log's oldest sequence.</param>
    /// <param name="head">The log's newest sequence.</param>
    /// <param name="since">Gives the log's entries after a sequence, at least all records among them, in order.</param>
    internal static RecordIndex Open(string logPath, long tail, long head, Func<long, IEnumerable<LogEntry>> since)
    {
        var index = new RecordIndex(logPath + ".records");
        index.Load(head);
        if (index._checked >= head) return index;
        if (index._checked < tail - 1)
            index._missing = new SequenceRange(index._missing.IsEmpty ? index._checked + 1 : index._missing.First, tail - 1);
        var found = since(index._checked).Where(IsKept).ToArray();
        index._entries.AddRange(found);
        index._checked = head;
        index.Write([.. found.Select(Line), index.CheckedLine(head)]);
        return index;
    }

    /// <summary>Takes in what somebody else still has of the missing sequences.</summary>
    internal void Learn(IEnumerable<LogEntry> older)
    {
        var missing = Missing;
        LogEntry[] found = [.. older.Where(entry => IsKept(entry) && entry.Sequence >= missing.First && entry.Sequence <= missing.Last)];
        lock (_gate)
        {
            _entries.AddRange(found);
            _entries.Sort((left, right) => left.Sequence.CompareTo(right.Sequence));
            _missing = new SequenceRange(1, 0);
            Write([.. _entries.Select(Line), CheckedLine(_checked)], anew: true);
        }
    }

    /// <summary>Takes in what was appended to the log.</summary>
    /// <param name="facts">As they were appended, under the sequences of <paramref name="range"/>.</param>
    internal void Add(SequenceRange range, IReadOnlyList<LogFact> facts)
    {
        // Minute windows get the lower sequences, all else the higher ones in its order.
        var sequence = range.First + facts.Count(fact => PageKinds.Of(fact) == PageKind.Detail);
        var lines = new List<string>();
        lock (_gate)
        {
            foreach (var fact in facts.Where(fact => PageKinds.Of(fact) != PageKind.Detail))
            {
                var entry = new LogEntry(sequence++, fact);
                if (!IsKept(entry)) continue;
                _entries.Add(entry);
                lines.Add(Line(entry));
            }
            if (lines.Count > 0 || range.Last - _checked >= CheckedStep) lines.Add(CheckedLine(_checked = range.Last));
        }
        Write(lines);
    }

    /// <summary>Says that the log has been looked through to its end.</summary>
    internal void Close(long head)
    {
        if (head > _checked) Write([CheckedLine(head)]);
    }

    internal static bool IsKept(LogEntry entry) => entry.Fact is RecordFact { Kind: not RecordKind.Verdict };

    private string CheckedLine(long head) => string.Create(CultureInfo.InvariantCulture, $"{{\"checked\":{head}")
        + (_missing.IsEmpty ? "}" : string.Create(CultureInfo.InvariantCulture, $",\"missing\":[{_missing.First},{_missing.Last}]}}"));

    private static string Line(LogEntry entry)
    {
        var record = (RecordFact)entry.Fact;
        return JsonSerializer.Serialize(new[]
        {
            entry.Sequence.ToString(CultureInfo.InvariantCulture), record.At.UnixMilliseconds.ToString(CultureInfo.InvariantCulture),
            ((int)record.Kind).ToString(CultureInfo.InvariantCulture), record.Subject, record.Json,
        }, Readable);
    }

    /// <summary>What the file of a log says, without changing it.</summary>
    /// <returns>The records up to the sequence through which the log was looked, and whether it cannot be read to its end.</returns>
    internal static (IReadOnlyList<LogEntry> Entries, long Through, bool IsTorn) Look(string logPath) => LookAt(logPath + ".records");

    /// <summary>As <see cref="Look"/>, by the path of the file itself.</summary>
    internal static (IReadOnlyList<LogEntry> Entries, long Through, bool IsTorn) LookAt(string path)
    {
        var index = new RecordIndex(path);
        var isTorn = !index.Read();
        index._entries.RemoveAll(entry => entry.Sequence > index._checked);
        return (index._entries, index._checked, isTorn);
    }

    /// <summary>Reads the file as far as it is whole and speaks of this log.</summary>
    private void Load(long head)
    {
        if (!File.Exists(_path)) return;
        Read();
        // Beyond what was looked through to the end, and beyond the log's own end, nothing counts.
        if (_checked > head) (_checked, _) = (0, _entries.RemoveAll(_ => true));
        _entries.RemoveAll(entry => entry.Sequence > _checked);
        Write([.. _entries.Select(Line), CheckedLine(_checked)], anew: true);
    }

    /// <returns>False: a line was cut short, or somebody wrote into it; what follows is looked up in the log again.</returns>
    private bool Read()
    {
        try
        {
            foreach (var line in File.ReadLines(_path, Encoding.UTF8))
            {
                using var document = JsonDocument.Parse(line);
                var root = document.RootElement;
                if (root.ValueKind == JsonValueKind.Object)
                {
                    _checked = root.GetProperty("checked").GetInt64();
                    _missing = root.TryGetProperty("missing", out var missing)
                        ? new SequenceRange(missing[0].GetInt64(), missing[1].GetInt64()) : new SequenceRange(1, 0);
                    continue;
                }
                var cells = root.EnumerateArray().Select(cell => cell.GetString()!).ToArray();
                long Number(int cell) => long.Parse(cells[cell], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                _entries.Add(new LogEntry(Number(0), new RecordFact(new Instant(Number(1)), (RecordKind)Number(2), cells[3], cells[4])));
            }
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException
            or OverflowException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Write(IReadOnlyCollection<string> lines, bool anew = false)
    {
        if (lines.Count == 0) return;
        var text = string.Concat(lines.Select(line => line + "\n"));
        try
        {
            if (anew) File.WriteAllText(_path, text);
            else File.AppendAllText(_path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start looks it up in the log.
        }
    }
}
