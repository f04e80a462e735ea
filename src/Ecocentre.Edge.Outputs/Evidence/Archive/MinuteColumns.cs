using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>The minute windows of one point and UTC day as rounded columns and back. The stored bytes are what a block's leaf is made over.</summary>
/// <remarks>Format 1, described in <c>src/README.md</c>.</remarks>
internal static class MinuteColumns
{
    /// <summary>Rows of a day.</summary>
    internal const int RowsMax = 1_440;

    private const byte Version = 1;
    private const byte NonePresent = 0, AllPresent = 1, SomePresent = 2;

    // Coverage is told to a thousandth: 60 ms of a minute.
    private const int CoverageExponent = -3;

    private const long MinuteMilliseconds = 60_000;

    /// <summary>Whether a window can be a row: a whole minute of that day.</summary>
    internal static bool Holds(in Aggregate minute, Instant day) =>
        minute.Kind == WindowKind.Minute && minute.Window.Length.Ticks == TimeSpan.TicksPerMinute
            && (minute.Window.Start.UnixMilliseconds - day.UnixMilliseconds) is >= 0 and < RowsMax * MinuteMilliseconds and var offset
            && offset % MinuteMilliseconds == 0 && minute.Coverage is >= 0 and <= 1;

    /// <param name="day">Midnight with which the UTC day begins.</param>
    /// <param name="minutes">By start, each once; <see cref="Holds"/> is true of all.</param>
    internal static byte[] Encode(Instant day, Resolution resolution, ReadOnlySpan<Aggregate> minutes)
    {
        var writer = new PackedWriter();
        writer.Unsigned((ulong)minutes.Length);
        writer.Signed(resolution.Exponent);
        writer.Signed(resolution.DeltaExponent);
        WriteStarts(writer, day, minutes);
        var (rows, before) = (new long[minutes.Length], 0);
        for (var row = 0; row < rows.Length; row++) rows[row] = minutes[row].Revision;
        IntegerColumn.Write(writer, rows);
        for (var row = 0; row < rows.Length; row++) (rows[row], before) = (minutes[row].Count - (long)before, minutes[row].Count);
        IntegerColumn.Write(writer, rows);
        for (var row = 0; row < rows.Length; row++) rows[row] = Resolution.Round(1 - minutes[row].Coverage, CoverageExponent);
        IntegerColumn.Write(writer, rows);

        var mean = Column(minutes, resolution.Exponent, m => m.Mean);
        var delta = Column(minutes, resolution.DeltaExponent, m => m.Delta);
        Write(writer, mean, BeforeIn(mean));
        Write(writer, Column(minutes, resolution.Exponent, m => m.Min), mean);
        Write(writer, Column(minutes, resolution.Exponent, m => m.Max), mean);
        Write(writer, delta, new long?[rows.Length]);
        var last = Column(minutes, resolution.Exponent, m => m.Last);
        Write(writer, last, Expected(last, mean, delta));
        return Squeezed.Pack(Version, writer.Written);
    }

    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    internal static WindowFact[] Decode(Series series, Instant day, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Read(series, day, bytes);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException("It holds a number that no minute has.", e);
        }
    }

    private static WindowFact[] Read(Series series, Instant day, ReadOnlySpan<byte> bytes)
    {
        var reader = new PackedReader(Squeezed.Unpack(Version, bytes));
        var count = reader.Integer();
        if (count > RowsMax) throw new InvalidDataException($"A block of minutes announces {count} rows of a day.");
        var (exponent, deltaExponent) = (checked((int)reader.Signed()), checked((int)reader.Signed()));
        var starts = ReadStarts(ref reader, day, count);
        var revisions = IntegerColumn.Read(ref reader, count);
        var counts = IntegerColumn.Read(ref reader, count);
        var uncovered = IntegerColumn.Read(ref reader, count);
        var mean = Read(ref reader, count, (row, sofar) => Before(sofar, row));
        var min = Read(ref reader, count, (row, _) => mean[row]);
        var max = Read(ref reader, count, (row, _) => mean[row]);
        var delta = Read(ref reader, count, (_, _) => null);
        var last = Read(ref reader, count, (row, sofar) => Expected(sofar, row, mean, delta));
        var facts = new WindowFact[count];
        long readings = 0;
        for (var row = 0; row < count; row++)
        {
            readings += counts[row];
            var window = new Window(starts[row], TimeSpan.FromMinutes(1));
            facts[row] = new WindowFact(series, new Aggregate(
                default, WindowKind.Minute, window, checked((int)revisions[row]), checked((int)readings), Value(min[row], exponent),
                Value(max[row], exponent), Value(mean[row], exponent), Value(last[row], exponent), Value(delta[row], deltaExponent),
                1 - Resolution.Value(uncovered[row], CoverageExponent)));
        }
        return facts;
    }

    /// <summary>Runs of consecutive minutes: how many, then of each how many minutes are left out before it and how many it has.</summary>
    private static void WriteStarts(PackedWriter writer, Instant day, ReadOnlySpan<Aggregate> minutes)
    {
        var runs = new List<(long Gap, int Length)>();
        var next = day.UnixMilliseconds;
        foreach (var minute in minutes)
        {
            var gap = (minute.Window.Start.UnixMilliseconds - next) / MinuteMilliseconds;
            if (gap > 0 || runs.Count == 0) runs.Add((gap, 1));
            else runs[^1] = runs[^1] with { Length = runs[^1].Length + 1 };
            next = minute.Window.Start.UnixMilliseconds + MinuteMilliseconds;
        }
        writer.Unsigned((ulong)runs.Count);
        foreach (var (gap, length) in runs)
        {
            writer.Unsigned((ulong)gap);
            writer.Unsigned((ulong)length);
        }
    }

    private static Instant[] ReadStarts(ref PackedReader reader, Instant day, int count)
    {
        var starts = new Instant[count];
        var (row, next) = (0, day.UnixMilliseconds);
        for (var runs = reader.Count(); runs > 0; runs--)
        {
            next += reader.Integer() * MinuteMilliseconds;
            for (var length = reader.Integer(); length > 0; length--, next += MinuteMilliseconds)
            {
                if (row == count) throw new InvalidDataException("A block of minutes has more starts than rows.");
                starts[row++] = new Instant(next);
            }
        }
        return row == count ? starts : throw new InvalidDataException("A block of minutes has fewer starts than rows.");
    }

    private static long?[] Column(ReadOnlySpan<Aggregate> minutes, int exponent, Func<Aggregate, double> value)
    {
        var column = new long?[minutes.Length];
        for (var row = 0; row < column.Length; row++)
            if (value(minutes[row]) is var number && !double.IsNaN(number)) column[row] = Resolution.Round(number, exponent);
        return column;
    }

    /// <summary>A column less what is expected of it. Rows without a value are left out; where there are both kinds, a byte a row says which.</summary>
    private static void Write(PackedWriter writer, long?[] column, long?[] expected)
    {
        var present = column.Count(value => value is not null);
        writer.Byte(present == 0 ? NonePresent : present == column.Length ? AllPresent : SomePresent);
        if (present == 0) return;
        if (present < column.Length)
            foreach (var value in column) writer.Byte(value is null ? (byte)0 : (byte)1);
        var (rest, next) = (new long[present], 0);
        for (var row = 0; row < column.Length; row++)
            if (column[row] is { } value) rest[next++] = value - (expected[row] ?? 0);
        IntegerColumn.Write(writer, rest);
    }

    private static long?[] Read(ref PackedReader reader, int count, Func<int, long?[], long?> expected)
    {
        var column = new long?[count];
        var form = reader.Byte();
        if (form == NonePresent) return column;
        if (form > SomePresent) throw new InvalidDataException($"A column has the unknown form {form}.");
        var present = form == SomePresent ? reader.Raw(count).ToArray() : null;
        var rest = IntegerColumn.Read(ref reader, present?.Count(one => one != 0) ?? count);
        for (int row = 0, next = 0; row < count; row++)
            if (present is null || present[row] != 0) column[row] = rest[next++] + (expected(row, column) ?? 0);
        return column;
    }

    private static long?[] BeforeIn(long?[] column)
    {
        var expected = new long?[column.Length];
        for (var row = 0; row < column.Length; row++) expected[row] = Before(column, row);
        return expected;
    }

    private static long? Before(long?[] column, int row)
    {
        while (--row >= 0)
            if (column[row] is { } before) return before;
        return null;
    }

    private static long?[] Expected(long?[] last, long?[] mean, long?[] delta)
    {
        var expected = new long?[last.Length];
        for (var row = 0; row < last.Length; row++) expected[row] = Expected(last, row, mean, delta);
        return expected;
    }

    /// <summary>A level ends near its mean; a register stands where it stood and what it grew.</summary>
    private static long? Expected(long?[] last, int row, long?[] mean, long?[] delta) => mean[row] ?? Before(last, row) + (delta[row] ?? 0);

    private static double Value(long? multiple, int exponent) => multiple is { } known ? Resolution.Value(known, exponent) : double.NaN;
}
