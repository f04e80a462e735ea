using System.IO.Compression;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>A page's place in the log.</summary>
/// <param name="At">When it was appended, on the gateway's clock.</param>
internal readonly record struct PageKey(SequenceRange Range, Instant At);

/// <summary>The entries of a page as bytes and back, bit for bit. Columns rather than rows, compressed, with a checksum over key and bytes.</summary>
/// <remarks>Format 1: version byte · compression byte · length of the plain bytes · CRC-32C of key and compressed bytes · compressed bytes. Plain:
/// count · one kind byte an entry · the windows column by column · incidents and records one by one. A later format gets a new version byte; this one
/// stays readable.</remarks>
internal static class PageCodec
{
    /// <summary>Most entries a page holds: a reader unpacks a page whole, and 4,096 windows are about a megabyte unpacked.</summary>
    public const int EntriesMax = 4096;

    private const byte Version = 1;
    private const byte Plain = 0;
    private const byte Brotli = 1;
    private const byte WindowMark = 1;
    private const byte IncidentMark = 2;
    private const byte RecordMark = 3;
    // 1 of 11: the columns leave little to find; 5 takes twice the time for 3 percent fewer bytes, 11 twenty times for 5 (measured).
    private const int BrotliQuality = 1;
    // 2^18 bytes: more than a page of 4,096 windows usually takes.
    private const int BrotliWindowBits = 18;
    // A page holds at most 4,096 entries; 64 MB would be 16 kB each, far more than any incident's text.
    private const int PlainBytesMax = 64 << 20;

    /// <param name="facts">1 to <see cref="EntriesMax"/>; every series known to <paramref name="catalog"/>.</param>
    public static byte[] Encode(PageKey key, IReadOnlyList<LogFact> facts, SeriesCatalog catalog)
    {
        var plain = new PackedWriter();
        plain.Unsigned((ulong)facts.Count);
        var windows = new List<WindowFact>(facts.Count);
        foreach (var fact in facts)
        {
            if (fact is WindowFact window) windows.Add(window);
            plain.Byte(fact switch
            {
                WindowFact => WindowMark,
                IncidentFact => IncidentMark,
                RecordFact => RecordMark,
                _ => throw new ArgumentException($"The log's format knows no {fact.GetType().Name}.", nameof(facts)),
            });
        }
        WriteWindows(plain, windows, key, catalog);
        foreach (var fact in facts)
            if (fact is IncidentFact incident) WriteIncident(plain, incident.Incident, key);
            else if (fact is RecordFact record) WriteRecord(plain, record, key);
        return Seal(key, plain.Written);
    }

    /// <returns>The entries of the page, in sequence.</returns>
    /// <exception cref="InvalidDataException">The bytes are not what was written: checksum, format, or an unknown series.</exception>
    public static LogEntry[] Decode(PageKey key, ReadOnlySpan<byte> body, SeriesCatalog catalog)
    {
        var reader = new PackedReader(Open(key, body));
        var count = reader.Count();
        if (count != key.Range.Count) throw new InvalidDataException($"The page holds {count} entries where its range {key.Range} wants others.");
        var marks = reader.Raw(count);
        var windows = ReadWindows(ref reader, marks.Count(WindowMark), key, catalog);
        var entries = new LogEntry[count];
        for (int row = 0, window = 0; row < count; row++)
        {
            LogFact fact = marks[row] switch
            {
                WindowMark => windows[window++],
                IncidentMark => new IncidentFact(ReadIncident(ref reader, key)),
                RecordMark => ReadRecord(ref reader, key),
                var mark => throw new InvalidDataException($"An entry is of the unknown kind {mark}."),
            };
            entries[row] = new LogEntry(key.Range.First + row, fact);
        }
        return entries;
    }

    /// <summary>Whether the bytes are what was written under that key.</summary>
    public static bool IsWhole(PageKey key, ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new PackedReader(body);
            return reader.Byte() == Version && reader.Byte() <= Brotli && reader.Integer() is var plainLength
                && reader.Checksum() == ChecksumOf(key, plainLength, reader.Raw(reader.Length));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The last step of writing a page: its plain bytes, squeezed and with their checksum.</summary>
    internal static byte[] Seal(PageKey key, ReadOnlySpan<byte> plain)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        var shrunk = BrotliEncoder.TryCompress(plain, packed, out var length, BrotliQuality, BrotliWindowBits) && length < plain.Length;
        var content = shrunk ? packed.AsSpan(0, length) : plain;
        var body = new PackedWriter();
        body.Byte(Version);
        body.Byte(shrunk ? Brotli : Plain);
        body.Unsigned((ulong)plain.Length);
        body.Checksum(ChecksumOf(key, plain.Length, content));
        body.Raw(content);
        return body.Written.ToArray();
    }

    /// <summary>The first step of reading a page: its plain bytes.</summary>
    /// <exception cref="InvalidDataException">Head or checksum are not what was written.</exception>
    internal static ReadOnlySpan<byte> Open(PageKey key, ReadOnlySpan<byte> body)
    {
        var reader = new PackedReader(body);
        var version = reader.Byte();
        if (version != Version) throw new InvalidDataException($"The page has format {version}; this program reads format {Version}.");
        var compression = reader.Byte();
        var plainLength = reader.Integer();
        var checksum = reader.Checksum();
        var content = reader.Raw(reader.Length);
        if (checksum != ChecksumOf(key, plainLength, content)) throw new InvalidDataException("The page's checksum does not fit its bytes.");
        if (compression == Plain) return content;
        if (compression != Brotli || plainLength > PlainBytesMax) throw new InvalidDataException("The page's head is not one this program writes.");
        var plain = new byte[plainLength];
        if (!BrotliDecoder.TryDecompress(content, plain, out var written) || written != plainLength)
            throw new InvalidDataException("The page does not unpack to the length it announces.");
        return plain;
    }

    private static uint ChecksumOf(PageKey key, int plainLength, ReadOnlySpan<byte> content)
    {
        var head = new PackedWriter();
        head.Signed(key.Range.First);
        head.Signed(key.Range.Last);
        head.Signed(key.At.UnixMilliseconds);
        head.Unsigned((ulong)plainLength);
        return Checksum.Of(content, Checksum.Of(head.Written));
    }

    private static void WriteWindows(PackedWriter writer, List<WindowFact> windows, PageKey key, SeriesCatalog catalog)
    {
        WriteDeltas(writer, 0, windows, w => catalog.NumberOf(w.Series));
        foreach (var window in windows) writer.Byte((byte)window.Aggregate.Kind);
        WriteDeltas(writer, key.At.UnixMilliseconds, windows, w => w.Aggregate.Window.Start.UnixMilliseconds);
        WriteDeltas(writer, 0, windows, w => w.Aggregate.Window.Length.Ticks);
        foreach (var window in windows) writer.Signed(window.Aggregate.Revision);
        foreach (var window in windows) writer.Signed(window.Aggregate.Count);

        var last = windows.ConvertAll(w => w.Aggregate.Last).ToArray();
        DoubleColumn.Write(writer, last, []);
        DoubleColumn.Write(writer, windows.ConvertAll(w => w.Aggregate.Min).ToArray(), last);
        DoubleColumn.Write(writer, windows.ConvertAll(w => w.Aggregate.Max).ToArray(), last);
        DoubleColumn.Write(writer, windows.ConvertAll(w => w.Aggregate.Mean).ToArray(), last);
        DoubleColumn.Write(writer, windows.ConvertAll(w => w.Aggregate.Delta).ToArray(), []);
        DoubleColumn.Write(writer, windows.ConvertAll(w => w.Aggregate.Coverage).ToArray(), []);
    }

    private static WindowFact[] ReadWindows(ref PackedReader reader, int count, PageKey key, SeriesCatalog catalog)
    {
        var series = Array.ConvertAll(ReadDeltas(ref reader, count, 0), number => (number is > 0 and <= int.MaxValue ? catalog[(int)number] : null)
            ?? throw new InvalidDataException($"The page speaks of series {number}, which the log does not know."));
        var kinds = reader.Raw(count);
        var starts = ReadDeltas(ref reader, count, key.At.UnixMilliseconds);
        var lengths = ReadDeltas(ref reader, count, 0);
        var revisions = Integers(ref reader, count);
        var counts = Integers(ref reader, count);

        Span<double> last = new double[count], min = new double[count], max = new double[count];
        Span<double> mean = new double[count], delta = new double[count], coverage = new double[count];
        DoubleColumn.Read(ref reader, last, []);
        DoubleColumn.Read(ref reader, min, last);
        DoubleColumn.Read(ref reader, max, last);
        DoubleColumn.Read(ref reader, mean, last);
        DoubleColumn.Read(ref reader, delta, []);
        DoubleColumn.Read(ref reader, coverage, []);

        var windows = new WindowFact[count];
        for (var row = 0; row < count; row++)
        {
            var window = new Window(new Instant(starts[row]), new TimeSpan(lengths[row]));
            windows[row] = new WindowFact(series[row], new Aggregate(
                default, (WindowKind)kinds[row], window, revisions[row], counts[row],
                min[row], max[row], mean[row], last[row], delta[row], coverage[row]));
        }
        return windows;
    }

    private static void WriteDeltas(PackedWriter writer, long before, List<WindowFact> windows, Func<WindowFact, long> number)
    {
        foreach (var window in windows)
        {
            var next = number(window);
            writer.Signed(next - before);
            before = next;
        }
    }

    private static long[] ReadDeltas(ref PackedReader reader, int count, long before)
    {
        var numbers = new long[count];
        for (var row = 0; row < count; row++) numbers[row] = before += reader.Signed();
        return numbers;
    }

    private static int[] Integers(ref PackedReader reader, int count)
    {
        var numbers = new int[count];
        for (var row = 0; row < count; row++) numbers[row] = reader.SignedInteger();
        return numbers;
    }

    private static void WriteIncident(PackedWriter writer, Incident incident, PageKey key)
    {
        writer.Signed(incident.At.UnixMilliseconds - key.At.UnixMilliseconds);
        writer.Byte((byte)incident.Kind);
        writer.Text(incident.Subject);
        writer.Text(incident.Text);
        writer.Bits(incident.Value);
    }

    private static Incident ReadIncident(ref PackedReader reader, PageKey key)
    {
        var at = new Instant(key.At.UnixMilliseconds + reader.Signed());
        var kind = (IncidentKind)reader.Byte();
        return new Incident(at, kind, reader.Text(), reader.Text(), reader.Bits());
    }

    private static void WriteRecord(PackedWriter writer, RecordFact record, PageKey key)
    {
        writer.Signed(record.At.UnixMilliseconds - key.At.UnixMilliseconds);
        writer.Byte((byte)record.Kind);
        writer.Text(record.Subject);
        writer.Text(record.Json);
    }

    private static RecordFact ReadRecord(ref PackedReader reader, PageKey key)
    {
        var at = new Instant(key.At.UnixMilliseconds + reader.Signed());
        var kind = (RecordKind)reader.Byte();
        return new RecordFact(at, kind, reader.Text(), reader.Text());
    }
}
