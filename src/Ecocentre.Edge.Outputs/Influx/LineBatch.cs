namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>Lines lying one after another in memory, addressed by number. A view: it owns nothing but the list of borders.</summary>
internal sealed class LineBatch
{
    private readonly ReadOnlyMemory<byte> _lines;

    // Where each line begins, and at last the end of all.
    private readonly int[] _borders;

    public LineBatch(ReadOnlyMemory<byte> lines)
    {
        _lines = lines;
        var span = lines.Span;
        var ended = span.Count((byte)'\n');
        var unended = span.IsEmpty || span[^1] == '\n' ? 0 : 1;
        _borders = new int[ended + unended + 1];
        for (int line = 1, from = 0; line < _borders.Length; line++)
        {
            var length = span[from..].IndexOf((byte)'\n');
            from = length < 0 ? span.Length : from + length + 1;
            _borders[line] = from;
        }
    }

    public int Count => _borders.Length - 1;

    /// <summary>Lines [from, to) as they lie in memory.</summary>
    public ReadOnlyMemory<byte> Bytes(int from, int to) => _lines[_borders[from].._borders[to]];

    /// <summary>A line without its line feed.</summary>
    public ReadOnlyMemory<byte> Line(int number)
    {
        var line = Bytes(number, number + 1);
        return line.Span.EndsWith("\n"u8) ? line[..^1] : line;
    }

    /// <summary>The border nearest to the middle of the bytes of [from, to), at least one line from either end.</summary>
    public int Middle(int from, int to)
    {
        var half = _borders[from] + (_borders[to] - _borders[from]) / 2;
        var found = Array.BinarySearch(_borders, from + 1, to - from - 1, half);
        return Math.Clamp(found < 0 ? ~found : found, from + 1, to - 1);
    }

    /// <summary>Largest end of lines that begin with <paramref name="from"/> and keep both limits; always at least one line.</summary>
    public int Fitting(int from, int linesMax, int bytesMax)
    {
        var to = Math.Min(Count, from + linesMax);
        if (_borders[to] - _borders[from] <= bytesMax) return to;
        var found = Array.BinarySearch(_borders, from + 1, to - from, _borders[from] + bytesMax);
        return Math.Max(from + 1, found < 0 ? ~found - 1 : found);
    }
}
