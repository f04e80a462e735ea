using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Outputs.Tests.Influx;

/// <summary>A line of line protocol taken apart by the rules of InfluxDB 1.x (models/points.go): the test's own reader, strict.</summary>
/// <remarks>Field values: <see cref="long"/> for <c>1i</c>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>.</remarks>
public sealed record ParsedLine(
    string Measurement, IReadOnlyList<KeyValuePair<string, string>> Tags, IReadOnlyDictionary<string, object> Fields, long Time)
{
    public static ParsedLine Parse(string line)
    {
        var position = 0;
        var measurement = Name(line, ref position, ", ");
        var tags = new List<KeyValuePair<string, string>>();
        while (Expect(line, ref position, ", ") == ',')
        {
            var key = Name(line, ref position, "=");
            Expect(line, ref position, "=");
            tags.Add(new(key, Name(line, ref position, ", ")));
        }
        var fields = new Dictionary<string, object>();
        do
        {
            var key = Name(line, ref position, "=");
            Expect(line, ref position, "=");
            fields.Add(key, Value(line, ref position));
        }
        while (Expect(line, ref position, ", ") == ',');
        return new ParsedLine(measurement, tags, fields, long.Parse(line.AsSpan(position), CultureInfo.InvariantCulture));
    }

    public static List<ParsedLine> ParseAll(ReadOnlySpan<byte> utf8)
    {
        var text = new UTF8Encoding(false, true).GetString(utf8);
        if (text.Length > 0 && text[^1] != '\n') throw new FormatException("The last line is not ended by a line feed.");
        return [.. text.Split('\n')[..^1].Select(Parse)];
    }

    public string Tag(string key) => Tags.Single(tag => tag.Key == key).Value;

    private static char Expect(string line, ref int position, string any)
    {
        if (position >= line.Length || !any.Contains(line[position]))
            throw new FormatException($"Expected one of '{any}' at {position} of: {line}");
        return line[position++];
    }

    private static string Name(string line, ref int position, string ends)
    {
        var name = new StringBuilder();
        while (position < line.Length && !ends.Contains(line[position]))
        {
            if (line[position] == '\\' && position + 1 < line.Length && ", =".Contains(line[position + 1])) position++;
            else if (", =".Contains(line[position])) throw new FormatException($"Unescaped '{line[position]}' at {position} of: {line}");
            name.Append(line[position++]);
        }
        if (name.Length == 0) throw new FormatException($"Empty name at {position} of: {line}");
        return name.ToString();
    }

    private static object Value(string line, ref int position)
    {
        if (line[position] == '"') return Quoted(line, ref position);
        var end = line.IndexOfAny([',', ' '], position);
        var word = line[position..end];
        position = end;
        if (word is "true" or "false") return word == "true";
        return word[^1] == 'i'
            ? (object)long.Parse(word.AsSpan(0, word.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : double.Parse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);
    }

    private static string Quoted(string line, ref int position)
    {
        var text = new StringBuilder();
        for (position++; line[position] != '"'; position++)
        {
            if (line[position] == '\\' && line[position + 1] is '"' or '\\') position++;
            text.Append(line[position]);
        }
        position++;
        return text.ToString();
    }
}
