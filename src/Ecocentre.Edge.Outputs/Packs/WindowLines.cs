using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Outputs.Packs.Zip;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>The lines of a point's windows behind the header. One thread.</summary>
internal sealed class WindowLines : IDisposable
{
    private readonly LineReader _lines;

    /// <exception cref="PackException">The pack has no such file, or it has another header.</exception>
    internal WindowLines(ZipFile zip, string point)
    {
        var name = PackNames.Windows(point);
        _lines = new LineReader(zip.Find(name) is { } entry ? zip.Read(entry) : throw new PackException(name, "is not in the pack."), name);
        try
        {
            Span<byte> header = stackalloc byte[WindowText.Header.Length - 1];
            System.Text.Encoding.ASCII.GetBytes(WindowText.Header.AsSpan(0, header.Length), header);
            if (_lines.Next() is not { } first || !first.Span.SequenceEqual(header)) throw new PackException($"{name}, line 1", "is not the header.");
        }
        catch
        {
            _lines.Dispose();
            throw;
        }
    }

    internal string Place => _lines.Place;

    /// <summary>The next line without its line feed, valid until the next call.</summary>
    /// <exception cref="PackException">There is none.</exception>
    internal ReadOnlySpan<byte> Next() => (_lines.Next() ?? throw new PackException(_lines.Place, "is the last; the leaves tell of more.")).Span;

    public void Dispose() => _lines.Dispose();
}
