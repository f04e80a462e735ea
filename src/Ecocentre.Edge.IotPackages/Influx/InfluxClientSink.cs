using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Influx;
using InfluxDB.Client;
using InfluxDB.Client.Api.Domain;
using InfluxDB.Client.Core.Exceptions;

namespace Ecocentre.Edge.IotPackages.Influx;

/// <summary>A database of InfluxDB's API v2 (2.x, 3.x, VictoriaMetrics) written directly from the log by InfluxDB.Client's
/// <c>WriteApiAsync</c>.</summary>
/// <remarks>
/// <para>One POST a delivery, which is answered for before the call returns. The package's other writer, <c>WriteApi</c>, is never used: it keeps
/// what it is given in unbounded memory and drops batches after a timeout, and the log is the only buffer that must survive.</para>
/// <para>Lines are <see cref="LineProtocol"/>'s, one an entry, the same as the default's, so that either sink can go on where the other
/// ended. A refused batch is searched by halves for the lines that are to blame.</para>
/// </remarks>
public sealed class InfluxClientSink : ISink
{
    private readonly string _centre;
    private readonly InfluxOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly InfluxDBClient _client;
    private readonly WriteApiAsync _writer;
    private readonly LineSink _line = new();
    private bool _isDisposed;

    /// <param name="name">Name of its cursor in the log.</param>
    /// <param name="centre">Id of the centre, the label <c>centre</c> of every line.</param>
    /// <param name="options">Checked already. InfluxDB 1.x has no API v2 and is refused.</param>
    /// <exception cref="ArgumentException">The flavour has no API v2.</exception>
    public InfluxClientSink(string name, string centre, InfluxOptions options, TimeProvider time)
    {
        if (options.Flavour == InfluxFlavour.Influx1)
            throw new ArgumentException($"{options}: InfluxDB 1.x has no API v2, which InfluxDB.Client speaks. Use the default sink for it.");
        (Name, _centre, _options, _time) = (name, centre, options, time);
        // Redirections would carry the token elsewhere; the time limit is ours, because the package's own loses what it gives up.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !options.Url.IsLoopback }) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new InfluxDBClient(new InfluxDBClientOptions(options.Url.AbsoluteUri.TrimEnd('/'))
        {
            Token = options.Token, Org = options.Organisation ?? "", Bucket = options.Database, HttpClient = _http, Timeout = Timeout.InfiniteTimeSpan,
        });
        if (options.Gzip) _client.EnableGzip();
        _writer = _client.GetWriteApiAsync();
    }

    public string Name { get; }

    public async ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        var refused = new List<long>();
        string? words = null;
        // The halves still to be written, in order; a batch that is taken whole is the usual case.
        var parts = new Stack<(int From, int To)>();
        for (var to = entries.Length; to > 0; to -= Math.Min(to, _options.LinesMax)) parts.Push((Math.Max(0, to - _options.LinesMax), to));
        var isAnyTaken = false;
        while (parts.TryPop(out var part))
        {
            if (await WriteAsync(entries[part.From..part.To], cancellation) is not { } failure)
            {
                isAnyTaken = true;
                continue;
            }
            if (!IsOfTheLines(failure)) return Delivery.RetryLater($"{_options}: {Words(failure)}", RetryAfter(failure));
            words = $"{_options}: {Words(failure)}";
            var middle = part.From + (part.To - part.From) / 2;
            if (middle == part.From) refused.Add(entries.Span[part.From].Sequence);
            else
            {
                parts.Push((middle, part.To));
                parts.Push((part.From, middle));
            }
        }
        if (refused.Count == 0) return Delivery.Accepted;
        // Where nothing at all is taken and the server does not say that it is the lines, no line is blamed.
        return isAnyTaken || IsAboutLines(words!) ? Delivery.Rejected(words!, refused) : Delivery.RetryLater(words!);
    }

    public ValueTask DisposeAsync()
    {
        if (_isDisposed) return ValueTask.CompletedTask;
        _isDisposed = true;
        _client.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>Null when the database has all of it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; any part may be stored.</exception>
    private async Task<HttpException?> WriteAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            await _writer.WriteRecordsAsync(_line.Of(_centre, entries.Span), WritePrecision.Ns, cancellationToken: either.Token);
            return null;
        }
        catch (HttpException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            return patience.IsCancellationRequested ? Unanswered() : failure;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unanswered();
        }
    }

    private HttpException Unanswered() => new($"No answer within {_options.Timeout.TotalSeconds} s.", 0);

    /// <summary>400, 413, 422: something in it is too much or will never be taken. All else is who, where or when.</summary>
    private static bool IsOfTheLines(HttpException failure) => failure.Status is 400 or 413 or 422;

    private static bool IsAboutLines(string words) => new Answer(AnswerClass.Refused, words).IsAboutLines;

    private static TimeSpan? RetryAfter(HttpException failure) => failure.RetryAfter is > 0 and { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static string Words(HttpException failure)
    {
        var words = failure.Status is > 0 and { } status ? $"{status} {failure.Message}" : failure.Message;
        if (failure.InnerException is { } why && !words.Contains(why.Message, StringComparison.Ordinal)) words += " " + why.Message;
        return failure.Status is 401 or 403 or 404 or (>= 300 and < 400) ? $"denies writing, a person must act: {words}" : words;
    }

    /// <summary>The lines of entries as strings, which is what the package takes.</summary>
    private sealed class LineSink
    {
        private readonly System.Buffers.ArrayBufferWriter<byte> _bytes = new();

        public List<string> Of(string centre, ReadOnlySpan<LogEntry> entries)
        {
            var lines = new List<string>(entries.Length);
            foreach (var entry in entries)
            {
                _bytes.ResetWrittenCount();
                LineProtocol.Append(_bytes, centre, entry);
                lines.Add(Encoding.UTF8.GetString(_bytes.WrittenSpan).TrimEnd('\n'));
            }
            return lines;
        }
    }
}
