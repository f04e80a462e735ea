using System.Buffers.Text;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Evidence.Leaves;

/// <summary>Windows as canonical lines of CSV, over which a <see cref="BlockLeaf"/> commits: bit for bit what criteria judge by. Pure; any thread.</summary>
/// <remarks>One line in ASCII, ended by a line feed: <c>length,start,revision,count,min,max,mean,last,delta,coverage</c>. Length is <c>1m</c>, <c>15m</c>,
/// <c>1h</c> or <c>1d</c> (a local day of the centre); start in UTC, <c>2026-11-20T00:15:00Z</c>; numbers in the shortest form that reads back to the same
/// double, NaN as nothing. Lines are in the order of <see cref="Order"/>.</remarks>
public static class WindowText
{
    /// <summary>Names of the columns, for the first line of a file; the hash is not over it.</summary>
    public const string Header = "length,start,revision,count,min,max,mean,last,delta,coverage\n";

    /// <summary>No line is longer: 3 for the length, 24 for the start, 2 × 11 for whole numbers, 6 × 24 for doubles, 10 separators.</summary>
    public const int LineBytesMax = 3 + 24 + 2 * 11 + 6 * 24 + 10;

    /// <summary>Order of the lines: by length, then by start.</summary>
    public static int Order(Aggregate left, Aggregate right) =>
        left.Kind != right.Kind ? left.Kind.CompareTo(right.Kind) : left.Window.Start.CompareTo(right.Window.Start);

    /// <summary>Writes a window's line.</summary>
    /// <param name="line">At least <see cref="LineBytesMax"/> bytes.</param>
    /// <returns>How many bytes it has, with its line feed.</returns>
    public static int Write(in Aggregate window, Span<byte> line)
    {
        if (line.Length < LineBytesMax) throw new ArgumentException($"The line needs {LineBytesMax} bytes.", nameof(line));
        var length = LengthWord(window.Kind);
        length.CopyTo(line);
        var at = length.Length;
        line[at++] = (byte)',';
        at += WriteStart(window.Window.Start, line[at..]);
        line[at++] = (byte)',';
        at += WriteWhole(window.Revision, line[at..]);
        line[at++] = (byte)',';
        at += WriteWhole(window.Count, line[at..]);
        foreach (var number in (ReadOnlySpan<double>)[window.Min, window.Max, window.Mean, window.Last, window.Delta, window.Coverage])
        {
            line[at++] = (byte)',';
            if (!double.IsNaN(number)) at += DecimalText.Write(number, line[at..]);
        }
        line[at++] = (byte)'\n';
        return at;
    }

    /// <summary>Reads a line, with or without its line feed. <see cref="Aggregate.Point"/> is meaningless in what is read.</summary>
    /// <param name="zone">The centre's zone, which says how long a local day is.</param>
    /// <returns>False when it is no line of a window.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, TimeZoneInfo zone, out Aggregate window)
    {
        window = default;
        if (line.EndsWith("\n"u8)) line = line[..^1];
        var columns = new Columns(line);
        if (!columns.Next(out var word) || Kind(word) is not { } kind) return false;
        if (!columns.Next(out var startText) || !TryReadStart(startText, out var start)) return false;
        if (!columns.Whole(out var revision) || !columns.Whole(out var count)) return false;
        if (!columns.Number(out var min) || !columns.Number(out var max) || !columns.Number(out var mean)) return false;
        if (!columns.Number(out var last) || !columns.Number(out var delta) || !columns.Number(out var coverage) || !columns.IsEnd) return false;
        window = new Aggregate(default, kind, Stretch(kind, start, zone), revision, count, min, max, mean, last, delta, coverage);
        return true;
    }

    /// <summary>Whether a line is of a window of that length, told by its first column alone; the rest is not looked at.</summary>
    public static bool IsOf(ReadOnlySpan<byte> line, WindowKind kind)
    {
        var word = LengthWord(kind);
        return line.Length > word.Length && line[word.Length] == (byte)',' && line.StartsWith(word);
    }

    private static Window Stretch(WindowKind kind, Instant start, TimeZoneInfo zone) => kind switch
    {
        WindowKind.Minute => new Window(start, TimeSpan.FromMinutes(1)),
        WindowKind.QuarterHour => new Window(start, TimeSpan.FromMinutes(15)),
        WindowKind.Hour => new Window(start, TimeSpan.FromHours(1)),
        _ => LocalDay.Containing(start, zone) is var day && day.Start == start ? day : new Window(start, TimeSpan.FromDays(1)),
    };

    private static ReadOnlySpan<byte> LengthWord(WindowKind kind) => kind switch
    {
        WindowKind.Minute => "1m"u8,
        WindowKind.QuarterHour => "15m"u8,
        WindowKind.Hour => "1h"u8,
        WindowKind.Day => "1d"u8,
        _ => throw new ArgumentException($"Windows of the kind {kind} are never stored.", nameof(kind)),
    };

    private static WindowKind? Kind(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("15m"u8) ? WindowKind.QuarterHour
        : word.SequenceEqual("1m"u8) ? WindowKind.Minute
        : word.SequenceEqual("1h"u8) ? WindowKind.Hour
        : word.SequenceEqual("1d"u8) ? WindowKind.Day : null;

    private static int WriteWhole(int number, Span<byte> to) => Utf8Formatter.TryFormat(number, to, out var written) ? written : 0;

    private static int WriteStart(Instant start, Span<byte> to)
    {
        var time = start.ToDateTimeOffset().UtcDateTime;
        Span<int> parts = [time.Year / 100, time.Year % 100, time.Month, time.Day, time.Hour, time.Minute, time.Second];
        "0000-00-00T00:00:00"u8.CopyTo(to);
        Span<int> places = [0, 2, 5, 8, 11, 14, 17];
        for (var i = 0; i < parts.Length; i++)
        {
            to[places[i]] += (byte)(parts[i] / 10);
            to[places[i] + 1] += (byte)(parts[i] % 10);
        }
        var length = 19;
        if (time.Millisecond is var milliseconds and > 0)
        {
            to[length++] = (byte)'.';
            to[length++] = (byte)('0' + milliseconds / 100);
            to[length++] = (byte)('0' + milliseconds / 10 % 10);
            to[length++] = (byte)('0' + milliseconds % 10);
        }
        to[length++] = (byte)'Z';
        return length;
    }

    private static bool TryReadStart(ReadOnlySpan<byte> text, out Instant start)
    {
        start = default;
        if (text.Length is not (20 or 24) || text[^1] != 'Z') return false;
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
        var (year, month, day) = (Digits(text[..4]), Digits(text[5..7]), Digits(text[8..10]));
        var (hour, minute, second) = (Digits(text[11..13]), Digits(text[14..16]), Digits(text[17..19]));
        var milliseconds = text.Length == 20 ? 0 : text[19] == '.' ? Digits(text[20..23]) : -1;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || milliseconds < 0) return false;
        start = Instant.From(new DateTimeOffset(year, month, day, hour, minute, second, milliseconds, TimeSpan.Zero));
        return true;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var number = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return -1;
            number = number * 10 + digit - '0';
        }
        return number;
    }

    /// <summary>Walks along the columns of a line.</summary>
    private ref struct Columns(ReadOnlySpan<byte> line)
    {
        private ReadOnlySpan<byte> _rest = line;

        internal bool IsEnd { get; private set; }

        internal bool Next(out ReadOnlySpan<byte> column)
        {
            column = default;
            if (IsEnd) return false;
            var comma = _rest.IndexOf((byte)',');
            if (comma < 0)
            {
                column = _rest;
                IsEnd = true;
                return true;
            }
            column = _rest[..comma];
            _rest = _rest[(comma + 1)..];
            return true;
        }

        internal bool Whole(out int number)
        {
            number = 0;
            return Next(out var column) && Utf8Parser.TryParse(column, out number, out var read) && read == column.Length && column.Length > 0;
        }

        internal bool Number(out double number)
        {
            number = double.NaN;
            if (!Next(out var column)) return false;
            return column.Length == 0 || DecimalText.TryRead(column, out number);
        }
    }
}
