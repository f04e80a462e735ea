namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>Reads a text line by line as bytes; every line, the last one too, must end with a line feed. One thread.</summary>
/// <param name="name">Of the file in the pack.</param>
internal sealed class LineReader(Stream content, string name) : IDisposable
{
    // A verdict has some 3 kB; a configuration never stands in a line.
    private const int LineBytesMax = 4 * 1024 * 1024;

    // Some hundreds of lines of windows; a reader for each point of a pack is open at the same time.
    private byte[] _buffer = new byte[32 * 1024];
    private int _first, _count;

    /// <summary>Of the line read last, from 1.</summary>
    internal int Number { get; private set; }

    internal string Place => $"{name}, line {Number}";

    /// <summary>The next line without its line feed, valid until the next call; null at the end.</summary>
    /// <exception cref="PackException">A line does not end, or the packed bytes make no sense.</exception>
    internal ReadOnlyMemory<byte>? Next()
    {
        var looked = 0;
        while (true)
        {
            var end = _buffer.AsSpan(_first + looked, _count - looked).IndexOf((byte)'\n');
            if (end >= 0)
            {
                Number++;
                var line = _buffer.AsMemory(_first, looked + end);
                (_first, _count) = (_first + looked + end + 1, _count - looked - end - 1);
                return line;
            }
            looked = _count;
            if (Fill()) continue;
            if (_count == 0) return null;
            throw new PackException($"{name}, line {Number + 1}", "does not end with a line feed.");
        }
    }

    /// <summary>What lies in the buffer already and is whole lines, at least one, at most so many; empty at the end.</summary>
    /// <param name="linesMax">At least 1.</param>
    /// <param name="lines">How many there are.</param>
    internal ReadOnlyMemory<byte> Some(int linesMax, out int lines)
    {
        lines = 0;
        if (Next() is not { } first) return default;
        var (start, length) = (_first - first.Length - 1, first.Length + 1);
        lines = 1;
        while (lines < linesMax && _buffer.AsSpan(_first, _count).IndexOf((byte)'\n') is var end and >= 0)
        {
            lines++;
            (_first, _count, length) = (_first + end + 1, _count - end - 1, length + end + 1);
        }
        Number += lines - 1;
        return _buffer.AsMemory(start, length);
    }

    public void Dispose() => content.Dispose();

    private bool Fill()
    {
        if (_first > 0)
        {
            _buffer.AsSpan(_first, _count).CopyTo(_buffer);
            _first = 0;
        }
        if (_count == _buffer.Length)
        {
            if (_count >= LineBytesMax) throw new PackException($"{name}, line {Number + 1}", $"is longer than {LineBytesMax} bytes.");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        try
        {
            var read = content.Read(_buffer, _count, _buffer.Length - _count);
            _count += read;
            return read > 0;
        }
        catch (InvalidDataException e)
        {
            throw new PackException($"{name}, line {Number + 1}", $"cannot be unpacked: {e.Message}");
        }
    }
}
