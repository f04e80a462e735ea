using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Where the log stands: the small facts that every step replaces, in one record with a checksum.</summary>
/// <param name="Clean">Written at an orderly end; false while the log is open.</param>
internal sealed record LogStanding(
    long Head, bool Clean, IReadOnlyList<KeyValuePair<string, long>> Cursors, IReadOnlyList<CounterCarry> Carries)
{
    // 1 knew no newest registers.
    private const byte Version = 2, VersionMin = 1;

    public static LogStanding Empty { get; } = new(0, true, [], []);

    public byte[] Encode(SeriesCatalog catalog)
    {
        var writer = new PackedWriter();
        writer.Byte(Version);
        writer.Signed(Head);
        writer.Byte(Clean ? (byte)1 : (byte)0);
        writer.Unsigned((ulong)Cursors.Count);
        foreach (var (sink, acknowledged) in Cursors)
        {
            writer.Text(sink);
            writer.Signed(acknowledged);
        }
        writer.Unsigned((ulong)Carries.Count);
        foreach (var carry in Carries)
        {
            // A name is spelled out only where no series has it yet; 0 is no series' number.
            var number = catalog.NumberOf(carry.Point);
            writer.Unsigned((ulong)number);
            if (number == 0) writer.Text(carry.Point);
        }
        long before = 0;
        foreach (var carry in Carries)
        {
            writer.Signed(carry.At.UnixMilliseconds - before);
            before = carry.At.UnixMilliseconds;
        }
        var registers = Carries.Select(c => c.Register).ToArray();
        DoubleColumn.Write(writer, registers, []);
        DoubleColumn.Write(writer, Carries.Select(c => c.Newest).ToArray(), registers);
        writer.Checksum(Checksum.Of(writer.Written));
        return writer.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    public static LogStanding Decode(ReadOnlySpan<byte> body, SeriesCatalog catalog)
    {
        var reader = new PackedReader(Sealed.Open(body));
        var version = reader.Byte();
        // Under a checksum that fits: no damage, but another program.
        if (version > Version)
            throw new LogRefusedException($"The log was written by a newer program: its standing has format {version}, and this program reads "
                + $"formats {VersionMin} to {Version}. Use the program that wrote it; nothing of it was changed.");
        if (version < VersionMin)
            throw new InvalidDataException($"The log's standing has format {version}; this program reads formats {VersionMin} to {Version}.");
        var head = reader.Signed();
        var clean = reader.Byte() != 0;
        var cursors = new KeyValuePair<string, long>[reader.Count()];
        foreach (ref var cursor in cursors.AsSpan()) cursor = new(reader.Text(), reader.Signed());
        var points = new string[reader.Count()];
        foreach (ref var point in points.AsSpan())
        {
            var number = reader.Integer();
            point = number == 0
                ? reader.Text()
                : catalog[number]?.Name ?? throw new InvalidDataException($"A counter is of series {number}, which the log does not know.");
        }
        var carries = new CounterCarry[points.Length];
        var ats = new long[points.Length];
        long before = 0;
        foreach (ref var at in ats.AsSpan()) at = before += reader.Signed();
        var registers = new double[points.Length];
        DoubleColumn.Read(ref reader, registers, []);
        var newest = new double[points.Length];
        if (version > VersionMin) DoubleColumn.Read(ref reader, newest, registers);
        else newest.AsSpan().Fill(double.NaN);
        for (var index = 0; index < carries.Length; index++)
            carries[index] = new CounterCarry(points[index], registers[index], new Instant(ats[index]), newest[index]);
        return new LogStanding(head, clean, cursors, carries);
    }
}
