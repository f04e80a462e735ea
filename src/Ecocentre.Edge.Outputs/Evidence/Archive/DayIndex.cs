using System.Collections.Immutable;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>What lies where in a day file, and its summary, as bytes and back.</summary>
/// <remarks>Format 1, described in <c>src/README.md</c>. Numbers are LEB128, signed ones zigzag; texts have their length before them.</remarks>
internal static class DayIndex
{
    private const byte Version = 1;

    internal static byte[] Encode(DateOnly day, IReadOnlyCollection<LeafChunk> chunks, IReadOnlyCollection<SealedBlock> blocks)
    {
        var writer = new PackedWriter();
        writer.Unsigned((ulong)chunks.Count);
        foreach (var chunk in chunks)
        {
            writer.Unsigned((ulong)chunk.At);
            writer.Unsigned((ulong)chunk.Leaves);
        }
        writer.Unsigned((ulong)blocks.Count);
        foreach (var block in blocks)
        {
            var entry = new PackedWriter();
            entry.Text(block.Series.Name);
            entry.Signed(day.DayNumber - block.Day.DayNumber);
            entry.Unsigned((ulong)block.Part);
            entry.Unsigned((ulong)block.WindowCount);
            entry.Unsigned((ulong)block.WindowsAt);
            entry.Unsigned((ulong)block.MinuteCount);
            entry.Unsigned((ulong)block.MinutesAt);
            entry.Text(block.Series.Quantity);
            entry.Text(block.Series.Unit);
            entry.Byte((byte)block.Series.Kind);
            entry.Text(block.Series.Device);
            entry.Byte(block.Series.Place is null ? (byte)0 : (byte)1);
            entry.Text(block.Series.Place ?? "");
            writer.Unsigned((ulong)entry.Written.Length);
            writer.Raw(entry.Written);
        }
        return Squeezed.Pack(Version, writer.Written);
    }

    /// <param name="point">Only blocks of that point, or all where null.</param>
    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    internal static (List<LeafChunk> Chunks, List<SealedBlock> Blocks) Decode(SealedDay day, ReadOnlySpan<byte> bytes, string? point)
    {
        var reader = new PackedReader(Squeezed.Unpack(Version, bytes));
        var chunks = new List<LeafChunk>();
        for (var count = reader.Count(); count > 0; count--) chunks.Add(new LeafChunk((long)reader.Unsigned(), reader.Integer()));
        var name = point is null ? null : Encoding.UTF8.GetBytes(point);
        var blocks = new List<SealedBlock>();
        var all = reader.Count();
        for (var number = 0; number < all; number++)
        {
            var entry = new PackedReader(reader.Raw(reader.Integer()));
            var named = entry.Raw(entry.Count());
            if (name is not null && !named.SequenceEqual(name)) continue;
            var block = Read(ref entry, day, Encoding.UTF8.GetString(named));
            blocks.Add(block with { Leaf = day.FirstLeaf + number });
        }
        return (chunks, blocks);
    }

    internal static byte[] Encode(SealedDay day)
    {
        var writer = new PackedWriter();
        writer.Signed(day.Day.DayNumber);
        writer.Signed(day.First);
        writer.Signed(day.Last);
        writer.Signed(day.Pending);
        writer.Signed(day.FirstLeaf);
        writer.Unsigned((ulong)day.LeafCount);
        writer.Unsigned((ulong)day.Blocks);
        writer.Unsigned((ulong)day.Entries);
        writer.Signed(day.Previous is { } previous ? day.Day.DayNumber - previous.DayNumber : 0);
        writer.Unsigned((ulong)day.MinuteBlocks);
        writer.Unsigned((ulong)day.WindowBlocks);
        writer.Checksum(day.LeavesChecksum);
        writer.Unsigned((ulong)day.OtherDays.Length);
        foreach (var other in day.OtherDays) writer.Signed(day.Day.DayNumber - other.DayNumber);
        return Squeezed.Pack(Version, writer.Written);
    }

    /// <exception cref="InvalidDataException">The bytes are not what was written.</exception>
    internal static SealedDay DecodeSummary(ReadOnlySpan<byte> bytes, long length)
    {
        var reader = new PackedReader(Squeezed.Unpack(Version, bytes));
        var day = Day(reader.Signed());
        var (first, last, pending, firstLeaf) = (reader.Signed(), reader.Signed(), reader.Signed(), reader.Signed());
        var (leaves, blocks, entries) = (reader.Integer(), reader.Integer(), reader.Integer());
        var before = reader.Signed();
        var (minutes, windows) = (reader.Integer(), reader.Integer());
        var checksum = reader.Checksum();
        var others = ImmutableArray.CreateBuilder<DateOnly>();
        for (var count = reader.Count(); count > 0; count--) others.Add(Day(day.DayNumber - reader.Signed()));
        return new SealedDay
        {
            Day = day, First = first, Last = last, Pending = pending, FirstLeaf = firstLeaf, LeafCount = leaves, Blocks = blocks, Entries = entries,
            Previous = before == 0 ? null : Day(day.DayNumber - before), OtherDays = others.ToImmutable(), MinuteBlocks = minutes,
            WindowBlocks = windows, LeavesChecksum = checksum, Bytes = length,
        };
    }

    private static SealedBlock Read(ref PackedReader entry, SealedDay day, string name)
    {
        var of = Day(day.Day.DayNumber - entry.Signed());
        var part = entry.Integer();
        var (windows, windowsAt) = (entry.Integer(), (long)entry.Unsigned());
        var (minutes, minutesAt) = (entry.Integer(), (long)entry.Unsigned());
        var (quantity, unit) = (entry.Text(), entry.Text());
        var kind = (PointKind)entry.Byte();
        var device = entry.Text();
        var placed = entry.Byte() != 0;
        var place = entry.Text();
        return new SealedBlock(
            of, part, new Series(name, quantity, unit, kind, device, placed ? place : null), 0, windows, minutes, windowsAt > 0, minutesAt > 0)
        {
            WindowsAt = windowsAt, MinutesAt = minutesAt,
        };
    }

    private static DateOnly Day(long number) => number >= 0 && number <= DateOnly.MaxValue.DayNumber
        ? DateOnly.FromDayNumber((int)number) : throw new InvalidDataException($"Day number {number} is in no calendar.");
}

/// <summary>A frame with the lines of some leaves, one after the other, each ended by a line feed.</summary>
internal readonly record struct LeafChunk(long At, int Leaves);
