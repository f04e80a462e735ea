using System.Text;

namespace Ecocentre.Edge.Fuzzing;

/// <summary>Makes inputs that are almost right. The same seed makes the same inputs.</summary>
public sealed class Mutator(Random random, int lengthMax)
{
    /// <summary>Changes stacked on one input: most defects need one or two, some a few.</summary>
    private const int ChangesMax = 6;

    private static readonly byte[] Edges = [0, 1, 2, 0x0A, 0x0D, 0x20, 0x22, 0x2C, 0x3A, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0x7F, 0x80, 0xC0, 0xE2, 0xFE, 0xFF];

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "0", "-0", "-1", "1e999", "-1e999", "1e-999", "NaN", "Infinity", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
            "18446744073709551616", "4294967296", "65536", "0x", "null", "true", "[]", "{}", "\"\"", "\"\\ud800\"", "\\u0000", "\u202e", "…", "%00", "%",
            "../", "/etc/passwd", "'", "--", "{{", "$", "\n", "\r\n", "\t", "\ufeff", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "2026-02-30",
            "2026-03-29T02:30:00", "1h", "999999d", "1GB",
        }.Select(Encoding.UTF8.GetBytes),
        [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0x80], new byte[64],
    ];

    /// <summary>An input made from one of a corpus, sometimes crossed with another.</summary>
    public byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        var input = new List<byte>(corpus[random.Next(corpus.Count)]);
        for (var left = 1 + random.Next(ChangesMax); left > 0; left--) Change(input, corpus);
        if (input.Count > lengthMax) input.RemoveRange(lengthMax, input.Count - lengthMax);
        return [.. input];
    }

    private void Change(List<byte> input, IReadOnlyList<byte[]> corpus)
    {
        var at = random.Next(input.Count + 1);
        var length = Math.Min(input.Count - at, 1 + random.Next(1 << random.Next(10)));
        switch (random.Next(11))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = Edges[random.Next(Edges.Length)];
                break;
            case 2 when at < input.Count:
                input[at] = (byte)random.Next(256);
                break;
            case 3:
                input.RemoveRange(at, length);
                break;
            case 4:
                input.InsertRange(random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 5:
                input.RemoveRange(at, input.Count - at);
                break;
            case 6:
                input.InsertRange(at, Words[random.Next(Words.Length)]);
                break;
            case 7:
                Number(input, at);
                break;
            case 8:
                var other = corpus[random.Next(corpus.Count)];
                var from = random.Next(other.Length + 1);
                input.InsertRange(at, other[from..Math.Min(other.Length, from + 1 + random.Next(256))]);
                break;
            case 9 when at + 4 <= input.Count:
                // A length or a count: small changes of it are what a parser trusts.
                input[at + random.Next(4)] += (byte)(random.Next(5) - 2);
                break;
            default:
                // Deep nesting and long runs.
                input.InsertRange(at, Enumerable.Repeat(Edges[random.Next(Edges.Length)], 1 << random.Next(11)));
                break;
        }
    }

    /// <summary>Puts another number in the place of one.</summary>
    private void Number(List<byte> input, int from)
    {
        var at = input.FindIndex(from, b => b is >= (byte)'0' and <= (byte)'9');
        if (at < 0) return;
        var end = at;
        while (end < input.Count && input[end] is (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'e' or (byte)'-') end++;
        input.RemoveRange(at, end - at);
        input.InsertRange(at, Words[random.Next(13)]);
    }
}
