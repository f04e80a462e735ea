using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>Writes one line of line protocol into memory asked for once. Allocates nothing.</summary>
/// <remarks>Source of the escapes: InfluxDB v1 documentation, "Line protocol reference", special characters. What no reader can take back
/// is replaced by a character that looks like it and is not special: a control character by its picture (line feed by U+240A), so that a
/// line is always one line; a backslash in a tag by U+FF3C, because InfluxDB has no escape for it there while other readers pair
/// it.</remarks>
internal ref struct LineBuilder
{
    // 24 characters are the longest round-trip double (-1.7976931348623157E+308), 20 the longest long; 9 fields, a time and all literal
    // names together stay under 512 bytes.
    private const int BytesBesideNames = 512;

    // A UTF-16 code unit becomes at most three bytes of UTF-8; an escaped ASCII character becomes two.
    private const int BytesPerCharacterMax = 3;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_/%:;+*()[]{}<>!?#$&'@^`|~");

    private readonly IBufferWriter<byte> _destination;
    private readonly Span<byte> _memory;
    private int _position;

    // The digits written last: a steady point's last, least and greatest value are one number.
    private double _formatted;
    private int _formattedAt;
    private int _formattedLength;

    public LineBuilder(IBufferWriter<byte> destination, int characters)
    {
        _destination = destination;
        _memory = destination.GetSpan(BytesBesideNames + characters * BytesPerCharacterMax);
    }

    public void Literal(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_memory[_position..]);
        _position += bytes.Length;
    }

    /// <summary>A tag with its name; nothing when the value is null or empty, since an empty tag is not legal.</summary>
    public void Tag(ReadOnlySpan<byte> name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        Literal(name);
        if (value.AsSpan().IndexOfAnyExcept(Plain) < 0)
        {
            Ascii.FromUtf16(value, _memory[_position..], out var written);
            _position += written;
            return;
        }
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is ' ' or ',' or '=') _memory[_position++] = (byte)'\\';
            Put(rune.Value == '\\' ? new Rune('\uFF3C') : rune);
        }
    }

    public void Text(ReadOnlySpan<byte> name, string value)
    {
        Literal(name);
        _memory[_position++] = (byte)'"';
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\') _memory[_position++] = (byte)'\\';
            Put(rune);
        }
        _memory[_position++] = (byte)'"';
    }

    public void Integer(ReadOnlySpan<byte> name, long value)
    {
        Literal(name);
        Number(value);
        _memory[_position++] = (byte)'i';
    }

    /// <summary>A float with its name; nothing when it is NaN or infinite, which the protocol cannot say.</summary>
    public void Float(ReadOnlySpan<byte> name, double value)
    {
        if (!double.IsFinite(value)) return;
        Literal(name);
        // A whole number below 1E15 has the same digits either way, and integers are formatted several times faster; but -0 keeps its sign.
        if (Math.Abs(value) < 1e15 && value == Math.Truncate(value) && (value != 0 || !double.IsNegative(value)))
        {
            Number((long)value);
            return;
        }
        if (_formattedLength > 0 && value == _formatted)
        {
            Literal(_memory.Slice(_formattedAt, _formattedLength));
            return;
        }
        value.TryFormat(_memory[_position..], out _formattedLength, "R", CultureInfo.InvariantCulture);
        (_formatted, _formattedAt) = (value, _position);
        _position += _formattedLength;
    }

    /// <summary>The time, the line feed, and the hand-over.</summary>
    public void End(long unixNanoseconds)
    {
        _memory[_position++] = (byte)' ';
        Number(unixNanoseconds);
        _memory[_position++] = (byte)'\n';
        _destination.Advance(_position);
    }

    private void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _memory[_position..], out var written);
        _position += written;
    }

    private void Put(Rune rune)
    {
        if (rune.Value < 0x20) rune = new Rune(0x2400 + rune.Value);
        else if (rune.Value == 0x7F) rune = new Rune('\u2421');
        _position += rune.EncodeToUtf8(_memory[_position..]);
    }
}
