using System.Buffers;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>A database written directly from the log, without a broker between.</summary>
/// <remarks>Owns its writer. Entries become lines by <see cref="LineProtocol"/>, one each, so that a refused line names its
/// entry.</remarks>
public sealed class InfluxSink : ISink
{
    // 2,000 entries of about 300 bytes, the usual most of one delivery; it grows where names are longer.
    private const int LinesBytesFirst = 640 * 1024;

    private readonly string _centre;
    private readonly InfluxWriter _writer;
    private readonly ArrayBufferWriter<byte> _lines = new(LinesBytesFirst);

    /// <param name="name">Name of its cursor in the log.</param>
    /// <param name="centre">Id of the centre, the tag <c>centre</c> of every line.</param>
    public InfluxSink(string name, string centre, InfluxWriter writer)
    {
        Name = name;
        _centre = centre;
        _writer = writer;
    }

    public string Name { get; }

    public async ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        _lines.ResetWrittenCount();
        foreach (var entry in entries.Span) LineProtocol.Append(_lines, _centre, entry);
        var result = await _writer.WriteAsync(_lines.WrittenMemory, cancellation);
        var words = $"{_writer.Target}: {result.Trouble}";
        if (result.Outcome != WriteOutcome.Written) return Delivery.RetryLater(words, result.RetryAfter);
        if (result.Refused.Count == 0) return Delivery.Accepted;
        return Delivery.Rejected(words, [.. result.Refused.Select(line => entries.Span[line.Number].Sequence)]);
    }

    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }
}
