namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Reading connections, lent to whoever reads, any thread.</summary>
internal sealed class LogReaders(string path) : IDisposable
{
    // Two sinks and two web requests at a time; more readers than this open and close a connection each time.
    private const int IdleMax = 4;

    private readonly Lock _gate = new();
    private readonly NewestPages _newest = new();
    private readonly Stack<LogReader> _idle = new();
    private bool _disposed;

    /// <summary>What need not be unpacked, for all of them.</summary>
    public NewestPages Newest => _newest;

    /// <summary>Lends a reader for the time of one call. A reader that threw is not lent again.</summary>
    public T With<T>(Func<LogReader, T> read)
    {
        LogReader? reader;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _idle.TryPop(out reader);
        }
        reader ??= new LogReader(path, _newest);
        var kept = false;
        try
        {
            var result = read(reader);
            lock (_gate)
            {
                if (!_disposed && _idle.Count < IdleMax)
                {
                    _idle.Push(reader);
                    kept = true;
                }
            }
            return result;
        }
        finally
        {
            if (!kept) reader.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.TryPop(out var reader)) reader.Dispose();
        }
    }
}
