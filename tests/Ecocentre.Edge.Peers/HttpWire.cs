using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ecocentre.Edge.Peers;

/// <summary>One HTTP/1.1 request as it came over a socket.</summary>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">By name, any case.</param>
internal sealed record WireRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>The server's end of one HTTP/1.1 connection, bare, so that it can be cut at any byte. RFC 9112, as far as writers of line
/// protocol go.</summary>
internal sealed class HttpWire(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly byte[] _received = new byte[64 * 1024];
    private int _from;
    private int _to;

    /// <returns>Null when the client closed the connection.</returns>
    public async Task<WireRequest?> ReadAsync()
    {
        if (await LineAsync() is not { } first) return null;
        var words = first.Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
        if (headers.ContainsKey("Expect")) await _stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
        var body = headers.TryGetValue("Content-Length", out var length)
            ? await BytesAsync(int.Parse(length, CultureInfo.InvariantCulture))
            : headers.ContainsKey("Transfer-Encoding") ? await ChunksAsync() : [];
        return new WireRequest(words[0], words[1], headers, body);
    }

    public async Task AnswerAsync(int status, byte[] body, string? retryAfter = null)
    {
        var head = new StringBuilder($"HTTP/1.1 {status} {(HttpStatusCode)status}\r\n");
        if (status != 204)
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n");
        if (retryAfter is not null) head.Append($"Retry-After: {retryAfter}\r\n");
        if (status is >= 300 and < 400) head.Append("Location: /elsewhere\r\n");
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        if (status != 204) await _stream.WriteAsync(body);
    }

    /// <summary>Begins an answer and stops in the middle of its first line.</summary>
    public async Task TearAsync() => await _stream.WriteAsync("HTTP/1.1 20"u8.ToArray());

    /// <summary>Resets the connection: the client sees it cut, not closed. May be called again, also after <see cref="Dispose"/>.</summary>
    public void Cut() => socket.Close(timeout: 0);

    public void Dispose() => _stream.Dispose();

    private async Task<string?> LineAsync()
    {
        var line = new List<byte>();
        while (true)
        {
            if (_from == _to && !await FillAsync()) return null;
            var next = _received[_from++];
            if (next == '\n') return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            line.Add(next);
        }
    }

    private async Task<byte[]> BytesAsync(int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            if (_from == _to && !await FillAsync()) throw new IOException("The client went away in the middle of a body.");
            var part = Math.Min(count - have, _to - _from);
            _received.AsSpan(_from, part).CopyTo(bytes.AsSpan(have));
            (have, _from) = (have + part, _from + part);
        }
        return bytes;
    }

    private async Task<byte[]> ChunksAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            var length = int.Parse((await LineAsync())!.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.AddRange(await BytesAsync(length));
            await LineAsync();
            if (length == 0) return [.. body];
        }
    }

    private async Task<bool> FillAsync()
    {
        _from = 0;
        _to = await _stream.ReadAsync(_received);
        return _to > 0;
    }
}
