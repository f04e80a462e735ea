using System.Buffers.Text;

namespace Ecocentre.Edge.Outputs.Ingest;

/// <summary>What an ingest must know of a line of line protocol before it answers for it: whose it is and which entry it says.</summary>
/// <remarks>Reads by the rules of InfluxDB 1.x: a backslash before a comma, a space or an equals sign takes its meaning; strings stand in
/// quotes.</remarks>
internal static class LogLine
{
    /// <param name="centre">The raw tag; an id of a centre holds nothing to escape.</param>
    /// <returns>False when the line is not line protocol, or lacks the tag <c>centre</c>, the integer field <c>seq</c> or a time. Without
    /// one the database would put its own, and a line sent twice would be two.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> centre, out long sequence)
    {
        centre = default;
        sequence = 0;
        var at = EndOfName(line, 0, beforeEquals: false);
        if (at == 0) return false;
        while (at < line.Length && line[at] == ',')
        {
            if (!TryReadName(line, at + 1, out var name, out var value)) return false;
            at = EndOfName(line, value, beforeEquals: false);
            if (name.SequenceEqual("centre"u8)) centre = line[value..at];
        }
        var sequences = 0;
        do
        {
            if (!TryReadName(line, at + 1, out var name, out var value)) return false;
            at = EndOfValue(line, value);
            if (name.SequenceEqual("seq"u8) && TryReadInteger(line[value..at], out sequence)) sequences++;
        }
        while (at < line.Length && line[at] == ',');
        return centre.Length > 0 && sequences == 1 && at < line.Length
            && Utf8Parser.TryParse(line[(at + 1)..], out long _, out var read) && at + 1 + read == line.Length;
    }

    /// <param name="value">Where the value begins, behind the equals sign.</param>
    private static bool TryReadName(ReadOnlySpan<byte> line, int from, out ReadOnlySpan<byte> name, out int value)
    {
        var equals = from < line.Length ? EndOfName(line, from, beforeEquals: true) : line.Length;
        var found = equals < line.Length && line[equals] == '=';
        name = found ? line[from..equals] : default;
        value = equals + 1;
        return found;
    }

    private static bool TryReadInteger(ReadOnlySpan<byte> value, out long integer) =>
        Utf8Parser.TryParse(value, out integer, out var read) && read == value.Length - 1 && value[^1] == 'i';

    private static int EndOfName(ReadOnlySpan<byte> line, int from, bool beforeEquals)
    {
        for (var at = from; at < line.Length; at++)
        {
            if (line[at] == '\\') at++;
            else if (line[at] is (byte)',' or (byte)' ' || (beforeEquals && line[at] == '=')) return at;
        }
        return line.Length;
    }

    private static int EndOfValue(ReadOnlySpan<byte> fields, int from)
    {
        var quoted = false;
        for (var at = from; at < fields.Length; at++)
        {
            if (fields[at] == '\\') at++;
            else if (fields[at] == '"') quoted = !quoted;
            else if (!quoted && fields[at] is (byte)',' or (byte)' ') return at;
        }
        return fields.Length;
    }
}
