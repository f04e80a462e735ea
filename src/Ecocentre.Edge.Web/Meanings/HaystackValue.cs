using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Ecocentre.Edge.Web.Meanings;

/// <summary>One value of a Haystack grid: a marker, a ref, a text, or a number with its unit.</summary>
internal readonly record struct HaystackValue
{
    private enum Kind : byte
    {
        Marker,
        Ref,
        Text,
        Number,
    }

    private readonly Kind _kind;
    private readonly string? _text;
    private readonly double _number;

    private HaystackValue(Kind kind, string? text, double number) => (_kind, _text, _number) = (kind, text, number);

    public static HaystackValue Marker { get; } = new(Kind.Marker, null, 0);

    public static HaystackValue Ref(string id) => new(Kind.Ref, id, 0);

    public static HaystackValue Text(string text) => new(Kind.Text, text, 0);

    public static HaystackValue Number(double number, string unit) => new(Kind.Number, unit, number);

    public void Write(Utf8JsonWriter json)
    {
        if (_kind == Kind.Text)
        {
            json.WriteStringValue(_text);
            return;
        }
        json.WriteStartObject();
        json.WriteString("_kind", _kind switch { Kind.Marker => "marker", Kind.Ref => "ref", _ => "number" });
        if (_kind == Kind.Ref) json.WriteString("val", _text);
        if (_kind == Kind.Number)
        {
            json.WriteNumber("val", _number);
            json.WriteString("unit", _text);
        }
        json.WriteEndObject();
    }

    public string ToZinc() => _kind switch
    {
        Kind.Marker => "M",
        Kind.Ref => "@" + _text,
        Kind.Number => _number.ToString("R", CultureInfo.InvariantCulture) + _text,
        _ => Quoted(_text!),
    };

    /// <summary>Quoted, with the signs escaped that end or begin something in Zinc.</summary>
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
            quoted.Append(character switch
            {
                '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", '$' => "\\$",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"), _ => character.ToString(),
            });
        return quoted.Append('"').ToString();
    }
}
