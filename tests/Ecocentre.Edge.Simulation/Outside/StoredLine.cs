using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>A line of the log in a database: hundreds of thousands of them are kept by what they hash to.</summary>
/// <param name="Row">Series and time: another line with the same takes its place.</param>
/// <param name="At">Nanoseconds since 1970.</param>
/// <param name="Text">The whole line.</param>
public readonly record struct StoredLine(long Sequence, UInt128 Row, long At, UInt128 Text)
{
    // Of a millisecond.
    private const long NanosecondsMax = 1_000_000;

    // 2^64 divided by the golden ratio, and an odd number of Knuth's (MMIX): any odd numbers with many different bits would do.
    private const ulong Golden = 0x9E3779B97F4A7C15, Odd = 6364136223846793005;

    /// <summary>The millisecond it lies in, before 1970 as after it.</summary>
    public long Milliseconds => (At - (At % NanosecondsMax + NanosecondsMax) % NanosecondsMax) / NanosecondsMax;

    /// <param name="line">Line protocol.</param>
    /// <param name="folder">Bytes that are left out of the hash wherever they stand.</param>
    /// <returns>Null for what no entry of the log can be.</returns>
    internal static StoredLine? Read(ReadOnlySpan<byte> line, ReadOnlySpan<byte> folder)
    {
        var time = line.LastIndexOf((byte)' ') + 1;
        if (time == 0 || !Utf8Parser.TryParse(line[time..], out long at, out var used) || used != line.Length - time) return null;
        if (!TryReadSequence(line, out var sequence)) return null;
        var series = Hash(default, line[..EndOfSeries(line)]);
        var text = default(UInt128);
        for (int found; (found = line.IndexOf(folder)) >= 0; line = line[(found + folder.Length)..]) text = Hash(text, line[..found]);
        return new StoredLine(sequence, series ^ (UInt128)at * Odd, at, Hash(text, line));
    }

    /// <summary>Mixes bytes into a hash that is the same in every process.</summary>
    private static UInt128 Hash(UInt128 before, ReadOnlySpan<byte> bytes)
    {
        var (one, other) = ((ulong)before ^ Golden, (ulong)(before >> 64) ^ Odd + (ulong)bytes.Length);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        var rest = 0UL;
        foreach (var last in bytes) rest = rest << 8 | last;
        Mix(rest);
        return new UInt128(other, one);

        void Mix(ulong word)
        {
            one = BitOperations.RotateLeft((one ^ word) * Golden, 29);
            other = BitOperations.RotateLeft((other + word) * Odd, 31) ^ one;
        }
    }

    private static int EndOfSeries(ReadOnlySpan<byte> line)
    {
        // A backslash before a space takes its meaning.
        for (var at = 0; at < line.Length; at++)
            if (line[at] == '\\') at++;
            else if (line[at] == ' ') return at;
        return line.Length;
    }

    private static bool TryReadSequence(ReadOnlySpan<byte> line, out long sequence)
    {
        sequence = 0;
        // Strings come after it or hold no such word: a text is told in words.
        for (var at = 1; line[at..].IndexOf("seq="u8) is >= 0 and var found; at += found + 1)
        {
            var begin = at + found;
            if (line[begin - 1] is not ((byte)' ' or (byte)',')) continue;
            if (Utf8Parser.TryParse(line[(begin + 4)..], out sequence, out var used) && sequence > 0 && line[begin + 4 + used] == 'i') return true;
        }
        return false;
    }
}
