using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>The windows of one point and UTC day as columns and back, bit for bit: the same rows give the same lines of text, over which a block's leaf
/// is made.</summary>
/// <remarks>Format 1, described in <c>src/README.md</c>.</remarks>
internal static class WindowColumns
{
    private const byte Version = 1;

    private static readonly WindowKind[] Kinds = [WindowKind.Minute, WindowKind.QuarterHour, WindowKind.Hour, WindowKind.Day];

    /// <param name="day">Midnight with which the UTC day begins.</param>
    /// <param name="windows">In the order of <see cref="WindowText.Order"/>, each once.</param>
    internal static byte[] Encode(Instant day, ReadOnlySpan<Aggregate> windows)
    {
        var writer = new PackedWriter();
        ReadOnlySpan<Aggregate> quarters = default;
        var end = 0;
        foreach (var kind in Kinds)
        {
            var first = end;
            while (end < windows.Length && windows[end].Kind == kind) end++;
            var rows = windows[first..end];
            Write(writer, day, rows, kind == WindowKind.Hour ? quarters : default);
            if (kind == WindowKind.QuarterHour) quarters = rows;
        }
        return Squeezed.Pack(Version, writer.Written);
    }

    /// <param name="only">The one kind wanted, or null for all.</param>
    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    internal static List<WindowFact> Decode(Series series, Instant day, ReadOnlySpan<byte> bytes, WindowKind? only = null) =>
        [.. Rows(day, bytes, only).SelectMany(rows => rows.Select(row => new WindowFact(series, row)))];

    /// <summary>As <see cref="Decode"/>, length by length, for those who know the point.</summary>
    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    internal static List<Aggregate[]> Rows(Instant day, ReadOnlySpan<byte> bytes, WindowKind? only = null)
    {
        var reader = new PackedReader(Squeezed.Unpack(Version, bytes));
        var lengths = new List<Aggregate[]>(Kinds.Length);
        Aggregate[] quarters = [];
        try
        {
            foreach (var kind in Kinds)
            {
                var rows = Read(ref reader, day, kind, kind == WindowKind.Hour ? quarters : []);
                if (kind == WindowKind.QuarterHour) quarters = rows;
                if (only is null || only == kind) lengths.Add(rows);
                if (only == kind) break;
            }
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException("It holds a number that no window has.", e);
        }
        return lengths;
    }

    private static void Write(PackedWriter writer, Instant day, ReadOnlySpan<Aggregate> rows, ReadOnlySpan<Aggregate> quarters)
    {
        writer.Unsigned((ulong)rows.Length);
        if (rows.IsEmpty) return;
        var integers = new long[rows.Length];
        var (next, length, before) = (day.UnixMilliseconds, 0L, 0L);
        for (var row = 0; row < rows.Length; row++)
            (integers[row], next) = (rows[row].Window.Start.UnixMilliseconds - next, rows[row].Window.End.UnixMilliseconds);
        IntegerColumn.Write(writer, integers);
        for (var row = 0; row < rows.Length; row++)
            (integers[row], length) = (rows[row].Window.Length.Ticks - length, rows[row].Window.Length.Ticks);
        IntegerColumn.Write(writer, integers);
        for (var row = 0; row < rows.Length; row++) integers[row] = rows[row].Revision;
        IntegerColumn.Write(writer, integers);
        for (var row = 0; row < rows.Length; row++) (integers[row], before) = (rows[row].Count - before, rows[row].Count);
        IntegerColumn.Write(writer, integers);

        Span<double> min = new double[rows.Length], max = new double[rows.Length], mean = new double[rows.Length];
        Span<double> last = new double[rows.Length], delta = new double[rows.Length], coverage = new double[rows.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            var one = rows[row];
            (min[row], max[row], mean[row], last[row], delta[row], coverage[row]) = (one.Min, one.Max, one.Mean, one.Last, one.Delta, one.Coverage);
        }
        var expected = new Expected(rows, quarters);
        DoubleColumn.Write(writer, last, expected.Last);
        DoubleColumn.Write(writer, min, expected.Min ?? last);
        DoubleColumn.Write(writer, max, expected.Max ?? last);
        DoubleColumn.Write(writer, mean, last);
        DoubleColumn.Write(writer, delta, []);
        DoubleColumn.Write(writer, coverage, []);
    }

    private static Aggregate[] Read(ref PackedReader reader, Instant day, WindowKind kind, ReadOnlySpan<Aggregate> quarters)
    {
        var rows = new Aggregate[reader.Count()];
        if (rows.Length == 0) return rows;
        var gaps = IntegerColumn.Read(ref reader, rows.Length);
        var lengths = IntegerColumn.Read(ref reader, rows.Length);
        var revisions = IntegerColumn.Read(ref reader, rows.Length);
        var counts = IntegerColumn.Read(ref reader, rows.Length);
        var (start, length, count) = (day, 0L, 0L);
        for (var row = 0; row < rows.Length; row++)
        {
            start = new Instant(start.UnixMilliseconds + gaps[row]);
            var window = new Window(start, new TimeSpan(length += lengths[row]));
            rows[row] = new Aggregate(
                default, kind, window, checked((int)revisions[row]), checked((int)(count += counts[row])), 0, 0, 0, 0, 0, 0);
            start = window.End;
        }
        var expected = new Expected(rows, quarters);
        Span<double> min = new double[rows.Length], max = new double[rows.Length], mean = new double[rows.Length];
        Span<double> last = new double[rows.Length], delta = new double[rows.Length], coverage = new double[rows.Length];
        DoubleColumn.Read(ref reader, last, expected.Last);
        DoubleColumn.Read(ref reader, min, expected.Min ?? last);
        DoubleColumn.Read(ref reader, max, expected.Max ?? last);
        DoubleColumn.Read(ref reader, mean, last);
        DoubleColumn.Read(ref reader, delta, []);
        DoubleColumn.Read(ref reader, coverage, []);
        for (var row = 0; row < rows.Length; row++)
            rows[row] = rows[row] with
            {
                Min = min[row], Max = max[row], Mean = mean[row], Last = last[row], Delta = delta[row], Coverage = coverage[row],
            };
        return rows;
    }

    /// <summary>What an hour says when it says what its quarters say.</summary>
    private readonly ref struct Expected
    {
        internal Expected(ReadOnlySpan<Aggregate> rows, ReadOnlySpan<Aggregate> quarters)
        {
            if (quarters.IsEmpty) return;
            (Min, Max, Last) = (new double[rows.Length], new double[rows.Length], new double[rows.Length]);
            for (int row = 0, quarter = 0; row < rows.Length; row++)
            {
                (Min[row], Max[row], Last[row]) = (double.NaN, double.NaN, double.NaN);
                while (quarter < quarters.Length && quarters[quarter].Window.Start < rows[row].Window.Start) quarter++;
                for (; quarter < quarters.Length && quarters[quarter].Window.End <= rows[row].Window.End; quarter++)
                {
                    var one = quarters[quarter];
                    if (!(one.Min >= Min[row])) Min[row] = double.IsNaN(one.Min) ? Min[row] : one.Min;
                    if (!(one.Max <= Max[row])) Max[row] = double.IsNaN(one.Max) ? Max[row] : one.Max;
                    if (!double.IsNaN(one.Last)) Last[row] = one.Last;
                }
            }
        }

        internal double[]? Min { get; }

        internal double[]? Max { get; }

        internal double[]? Last { get; }
    }
}
