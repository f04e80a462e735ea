using System.Net;
using System.Net.Sockets;
using System.Text;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Fuzzing.Targets;

/// <summary>What servers answer that the gateway posts to: anything may stand at an address.</summary>
/// <remarks>Over real sockets on loopback, so that the runtime's HTTP is tried with it.</remarks>
internal sealed class AnswerTargets : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;
    private volatile byte[] _answer = [];

    internal AnswerTargets()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    internal IEnumerable<FuzzTarget> All =>
    [
        new("webhook-answer", Seeds, bytes => Ask(bytes, AskWebhookAsync)), new("influx-answer", Seeds, bytes => Ask(bytes, AskInfluxAsync)),
    ];

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Stop();
        _serving.Wait();
        _ending.Dispose();
    }

    private static byte[][] Seeds => MessageTargets.Texts(
        "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 52\r\n\r\n{\"error\":\"unable to parse 'x': missing fields\",\"a\":1}",
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 503 Busy\r\nRetry-After: Fri, 20 Nov 2026 10:00:00 GMT\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 400 x\r\nContent-Length: 70\r\n\r\n{\"error\":\"partial write\",\"data\":[{\"error_message\":\"at 1\",\"line\":\"x\"}]}",
        "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 410 Gone\r\n\r\n");

    private string Ask(byte[] answer, Func<Uri, Task<string>> ask)
    {
        _answer = answer;
        return ask(new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/")).GetAwaiter().GetResult();
    }

    private static async Task<string> AskWebhookAsync(Uri url)
    {
        using var connection = new WebhookConnection(
            new WebhookOptions { Name = "x", Url = url, Secret = new string('s', 40), Topics = WebhookTopics.Desks, Timeout = TimeSpan.FromSeconds(20) },
            TimeProvider.System, () => EvidenceTargets.Day);
        var (answer, words, wait) = await connection.PostAsync(new WebhookBatch("msg", "{}"u8.ToArray(), 1, null!), CancellationToken.None);
        WireTargets.Require(wait is null || wait >= TimeSpan.Zero, $"It waits for {wait}.");
        WireTargets.Require(answer == WebhookAnswer.Taken || words is { Length: > 0 and < 4_000 }, $"{answer} without words, or with too many.");
        return $"{answer} {words}";
    }

    private static async Task<string> AskInfluxAsync(Uri url)
    {
        using var connection = new InfluxConnection(new InfluxOptions { Url = url, Database = "d" }, TimeProvider.System);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = await connection.PostAsync("x y=1 1\n"u8.ToArray(), patience.Token);
        WireTargets.Require(answer.RetryAfter is null || answer.RetryAfter >= TimeSpan.Zero, $"It waits for {answer.RetryAfter}.");
        WireTargets.Require(answer.Words.Length < 4_000, "Words without end.");
        return $"{answer.Class} {answer.Words}";
    }

    private async Task ServeAsync()
    {
        var asked = new byte[64 * 1024];
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                using var socket = await _listener.AcceptSocketAsync(_ending.Token);
                // The request comes in one or two pieces, and ends with its body.
                var count = 0;
                while (!Encoding.ASCII.GetString(asked, 0, count).Contains("\r\n\r\n", StringComparison.Ordinal))
                    if (await socket.ReceiveAsync(asked.AsMemory(count), _ending.Token) is > 0 and var more) count += more;
                    else break;
                await socket.SendAsync(_answer, _ending.Token);
                socket.Shutdown(SocketShutdown.Send);
                while (await socket.ReceiveAsync(asked, _ending.Token) > 0) continue;
            }
            catch (Exception e) when (e is SocketException || _ending.IsCancellationRequested)
            {
                // The client hung up, or all is over.
            }
        }
    }
}
