using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Ecocentre.Edge.Web.Tests.Streams;

/// <summary>A client of the desk stream on a bare socket: follows sequences, knows every desk's state, can be slow and can come back.</summary>
internal sealed class StreamClient(int port, string token, int desks)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private Socket? _socket;

    /// <summary>State and sequence of each desk, as told.</summary>
    internal (string State, long Sequence)[] Desks { get; } = new (string, long)[desks];

    /// <summary>The last sequence it was told, by change or picture.</summary>
    internal long Last { get; private set; }

    /// <summary>Sequence of the picture it began with.</summary>
    internal long Began { get; private set; }

    /// <summary>Changes that came.</summary>
    internal long Changes { get; private set; }

    /// <summary>Changes that came although they were known, or out of turn.</summary>
    internal List<string> Wrong { get; } = [];

    /// <summary>Stretches that were passed over, told by <c>missed</c>: after which sequence, and up to which the picture showed.</summary>
    internal List<(long After, long To)> Missed { get; } = [];

    /// <summary>Bytes read.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Connects, going on after what it knows; by HTTP/1.0, whose bodies come without chunks in between.</summary>
    internal async Task ConnectAsync(CancellationToken cancellation, int receiveBytes = 0)
    {
        _socket?.Dispose();
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBytes > 0) _socket.ReceiveBufferSize = receiveBytes;
        await _socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        var resume = Last > 0 ? $"Last-Event-ID: {Last}\r\n" : "";
        await _socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /api/v1/desks/stream HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{resume}\r\n"), cancellation);
    }

    /// <summary>Reads until it knows a sequence; <paramref name="pause"/> after each read, which makes it slow.</summary>
    internal async Task ReadUntilAsync(long sequence, CancellationToken cancellation, Func<Task>? pause = null)
    {
        var (text, missedAfter) = (new List<byte>(), -1L);
        var (name, id) = ("", 0L);
        while (Last < sequence)
        {
            var count = await _socket!.ReceiveAsync(_buffer, cancellation);
            if (count == 0) throw new IOException("The stream ended.");
            Bytes += count;
            for (int at = 0, end; at < count; at = end + 1)
            {
                end = Array.IndexOf(_buffer, (byte)'\n', at, count - at);
                text.AddRange(_buffer.AsSpan(at, (end < 0 ? count : end) - at));
                if (end < 0) break;
                Line(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(text));
                text.Clear();
            }
            if (pause is not null) await pause();
        }

        void Line(ReadOnlySpan<byte> line)
        {
            if (line.StartsWith("id: "u8)) id = long.Parse(line[4..], CultureInfo.InvariantCulture);
            else if (line.StartsWith("event: "u8)) name = Encoding.ASCII.GetString(line[7..]);
            else if (line.StartsWith("data: "u8)) Event(name, id, line[6..], ref missedAfter);
        }
    }

    /// <summary>Hangs up in the middle of whatever comes.</summary>
    internal void Cut()
    {
        _socket!.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    private void Event(string name, long id, ReadOnlySpan<byte> content, ref long missedAfter)
    {
        var reader = new Utf8JsonReader(content);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        switch (name)
        {
            case "desks":
                foreach (var desk in root.GetProperty("desks").EnumerateArray()) Take(desk);
                if (missedAfter >= 0) Missed.Add((missedAfter, id));
                else Began = id;
                missedAfter = -1;
                Last = id;
                break;
            case "missed":
                missedAfter = root.GetProperty("after").GetInt64();
                if (missedAfter != Last) Wrong.Add($"missed after {missedAfter} where {Last} was the last");
                break;
            case "desk":
                if (id != Last + 1) Wrong.Add($"{id} after {Last}");
                if (root.GetProperty("sequence").GetInt64() != id) Wrong.Add($"{id} says {root.GetProperty("sequence")}");
                Take(root);
                Last = id;
                Changes++;
                break;
        }
    }

    private void Take(JsonElement desk)
    {
        var index = int.Parse(desk.GetProperty("id").GetString()!.AsSpan(1), CultureInfo.InvariantCulture) - 1;
        Desks[index] = (desk.GetProperty("state").GetString()!, desk.GetProperty("sequence").GetInt64());
    }
}
