using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ecocentre.Edge.Campaign.Rig;

/// <summary>What the gateway says of itself over HTTP.</summary>
internal sealed partial class GatewayView(int port) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(5) })
    {
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")), Timeout = TimeSpan.FromSeconds(5),
    };

    public int Port => port;

    [GeneratedRegex(@"^(ecocentre_(?:log_head|sink_behind|device_alive))(\{[^}]*\})? (\S+)", RegexOptions.Multiline)]
    private static partial Regex Figure();

    /// <returns>Whether it does its main job, head of its log, entries that wait, devices that do not answer; or in words why none of it
    /// is known.</returns>
    public async Task<(bool IsReady, long Head, long Behind, int Silent, string Words)> LookAsync()
    {
        try
        {
            using var ready = await _http.GetAsync("health/ready");
            using var json = JsonDocument.Parse(await ready.Content.ReadAsStringAsync());
            var words = string.Join("; ", json.RootElement.GetProperty("troubles").EnumerateArray().Select(t => t.ToString()));
            var figures = Figure().Matches(await _http.GetStringAsync("metrics"))
                .ToLookup(m => m.Groups[1].Value, m => double.Parse(m.Groups[3].Value, CultureInfo.InvariantCulture));
            return (ready.IsSuccessStatusCode, (long)figures["ecocentre_log_head"].Single(), (long)figures["ecocentre_sink_behind"].Sum(),
                figures["ecocentre_device_alive"].Count(alive => alive == 0), words);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or JsonException or InvalidOperationException
            or KeyNotFoundException)
        {
            return (false, 0, 0, 0, $"HTTP: {e.Message}");
        }
    }

    /// <summary>Returns when everything works again and all that the log had when it worked first is in the database.</summary>
    /// <returns>Null, or what was not so by the deadline.</returns>
    public async Task<string?> WellAsync(TimeSpan deadline)
    {
        var begun = TimeProvider.System.GetTimestamp();
        long? wanted = null;
        while (true)
        {
            var look = await LookAsync();
            if (look.IsReady)
            {
                wanted ??= look.Head;
                if (look.Silent == 0 && look.Head - look.Behind >= wanted) return null;
            }
            if (TimeProvider.System.GetElapsedTime(begun) > deadline)
                return $"{(look.IsReady ? "ready" : "not ready")}, head {look.Head}, {look.Behind} behind, {look.Silent} devices silent; {look.Words}";
            await Task.Delay(250);
        }
    }

    public void Dispose() => _http.Dispose();
}
