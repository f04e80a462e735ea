namespace Ecocentre.Edge.Outputs.Influx;

/// <summary>Writes lines of line protocol into a database and answers for each of them: stored, refused for good, or to be kept.</summary>
/// <remarks>
/// <para>Any thread; calls may overlap. It keeps no lines between calls: whoever calls owns the lines and offers them again.</para>
/// <para>HTTP classes: 2xx stored · 413 split on line borders · 400, 422 and other 4xx searched by halves for the bad lines, which are
/// returned with the server's words while all others are stored · 401, 403, 404 and redirects <see cref="WriteOutcome.Denied"/>, since no
/// line is to blame for them · 429, 502, 503, 504 waited for as told by Retry-After · other 5xx, refused connections and our own timeout
/// repeated, then <see cref="WriteOutcome.Later"/>; a lasting 5xx is first searched by halves too, because some servers say 500 of a bad
/// line.</para>
/// <para>Where nothing at all is taken and the server does not say that it is the lines, no line is blamed: the result is
/// <see cref="WriteOutcome.Later"/>. k bad lines in n cost about 2 k log2(n/k) requests, and never more than 2 n. Where it takes some and refuses others
/// without a word about lines, each is asked for a dozen times more, always beside one that it took: only one that is refused each time is
/// blamed.</para>
/// </remarks>
public sealed class InfluxWriter : IDisposable
{
    // Smaller bodies are not learned from a server that refuses as too large: fifty lines, and the rest is overhead.
    private const int BytesLearnedMin = 16 * 1024;

    private readonly InfluxOptions _options;
    private readonly InfluxConnection _connection;
    private readonly Patience _patient;
    private readonly Patience _searching;

    // What the server, or a proxy before it, was seen to refuse as too large is not offered again.
    private volatile int _bytesMax = int.MaxValue;

    /// <param name="wire">What carries requests instead of the network, owned from now on; null for the network.</param>
    public InfluxWriter(InfluxOptions options, TimeProvider time, HttpMessageHandler? wire = null)
    {
        _options = options;
        _connection = new InfluxConnection(options, time, wire);
        _patient = new Patience(options.Timeout, time, withIll: true);
        _searching = new Patience(options.Timeout, time, withIll: false);
    }

    /// <summary>The database in words, without secrets.</summary>
    public string Target => _options.ToString();

    /// <summary>Writes lines, in their order.</summary>
    /// <param name="lines">UTF-8 line protocol with times in nanoseconds, each line ended by a line feed (the last may go without); valid
    /// until the call returns.</param>
    /// <exception cref="OperationCanceledException">Cancelled; any part of the lines may be stored.</exception>
    public async ValueTask<WriteResult> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        var batch = new LineBatch(lines);
        var requests = 0;
        var search = new LineSearch(batch, PostAsync);
        for (int from = 0, to; from < batch.Count; from = to)
        {
            to = batch.Fitting(from, _options.LinesMax, _bytesMax);
            if (await search.WriteAsync(from, to) is { } kept) return kept with { Requests = requests };
        }
        var result = await search.EndAsync();
        return result with { Requests = requests };

        async ValueTask<Answer> PostAsync(int from, int to, bool patiently)
        {
            var part = batch.Bytes(from, to);
            var answer = await (patiently ? _patient : _searching).ExecuteAsync(Once, cancellation);
            if (answer.Class == AnswerClass.TooLarge && to - from > 1)
                _bytesMax = Math.Max(BytesLearnedMin, Math.Min(_bytesMax, part.Length / 2));
            return answer;

            async ValueTask<Answer> Once(CancellationToken token)
            {
                requests++;
                return await _connection.PostAsync(part, token);
            }
        }
    }

    public void Dispose() => _connection.Dispose();
}
