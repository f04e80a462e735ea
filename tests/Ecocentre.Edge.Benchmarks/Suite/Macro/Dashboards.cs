namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>Dashboards that are open: each reads the live stream as its page does, and throws it away.</summary>
internal sealed class Dashboards : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly CancellationTokenSource _closing = new();
    private readonly Task[] _open;
    private long _bytes;

    /// <param name="count">None are possible.</param>
    /// <param name="web">Where the gateway answers, now or soon.</param>
    internal Dashboards(int count, string web) =>
        _open = [.. Enumerable.Range(0, count).Select(_ => LookOnAsync(new Uri($"http://{web}/api/v1/live")))];

    /// <summary>Bytes that came to all of them so far.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Task.WhenAll(_open);
        _http.Dispose();
        _closing.Dispose();
    }

    private async Task LookOnAsync(Uri live)
    {
        var buffer = new byte[64 * 1024];
        while (!_closing.IsCancellationRequested)
            try
            {
                await using var stream = await _http.GetStreamAsync(live, _closing.Token);
                while (await stream.ReadAsync(buffer, _closing.Token) is > 0 and var count) Interlocked.Add(ref _bytes, count);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // Not there yet, or gone: asked again, as a page does.
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
            catch (OperationCanceledException)
            {
                // Closed.
            }
    }
}
