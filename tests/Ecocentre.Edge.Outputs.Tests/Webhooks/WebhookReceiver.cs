using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Outputs.Webhooks;

namespace Ecocentre.Edge.Outputs.Tests.Webhooks;

/// <summary>A delivery as it came over the wire.</summary>
internal sealed record Received(string Id, long Timestamp, string Signature, byte[] Body)
{
    internal string[] Events
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return [.. document.RootElement.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];
        }
    }

    internal string[] Types
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return [.. document.RootElement.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("type").GetString()!)];
        }
    }
}

/// <summary>A target on a loopback socket that answers as the test says: a status line with headers, or null to hang up, or a task that never ends.</summary>
internal sealed class WebhookReceiver : IDisposable
{
    internal const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAAAAA";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();

    internal WebhookReceiver()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    internal Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook");

    /// <summary>What it answers; everything that came is in <see cref="All"/> whatever that is.</summary>
    internal Func<Received, Task<string?>> Answer { get; set; } = _ => Task.FromResult<string?>("200 OK");

    internal ConcurrentQueue<Received> All { get; } = new();

    /// <summary>What was answered 2xx, in order.</summary>
    internal ConcurrentQueue<Received> Taken { get; } = new();

    internal void Say(string? status) => Answer = _ => Task.FromResult(status);

    public void Dispose()
    {
        _ending.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                while (await reader.ReadLineAsync(_ending.Token) is { Length: > 0 })
                {
                    var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                    while (await reader.ReadLineAsync(_ending.Token) is { Length: > 0 } line)
                        headers[line.Split(':')[0]] = line[(line.IndexOf(':') + 1)..].Trim();
                    var text = new char[int.Parse(headers["Content-Length"], CultureInfo.InvariantCulture)];
                    await reader.ReadBlockAsync(text, _ending.Token);
                    var received = new Received(headers[WebhookSignature.IdHeader], long.Parse(headers[WebhookSignature.TimestampHeader],
                        CultureInfo.InvariantCulture), headers[WebhookSignature.SignatureHeader], Encoding.Latin1.GetBytes(text));
                    All.Enqueue(received);
                    if (await Answer(received).WaitAsync(_ending.Token) is not { } status) return;
                    if (status[0] == '2') Taken.Enqueue(received);
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"), _ending.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The gateway gave up, or the test is over.
            }
        }
    }
}
