using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Ecocentre.Edge.Orders;

/// <summary>How orders travel: one JSON line there, lines of progress and one answer back, over a Unix socket beside the log (mode 0600: whoever may
/// write the log may give orders).</summary>
internal static class OrderWire
{
    // A text of 2,000 characters four times over, with room.
    internal const int LineBytesMax = 64 * 1024;

    // A list of some thousand entries; more than anybody enters in years.
    internal const int AnswerBytesMax = 16 << 20;

    // struct sockaddr_un of Linux: 108 bytes with the closing zero (unix(7)).
    private const int PathBytesMax = 107;

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    };

    internal static string PathOf(string logPath) => logPath + ".orders";

    /// <summary>The socket's address, or null when its path is too long for one.</summary>
    internal static UnixDomainSocketEndPoint? EndPoint(string logPath)
    {
        var path = PathOf(Path.GetFullPath(logPath));
        return Encoding.UTF8.GetByteCount(path) <= PathBytesMax ? new UnixDomainSocketEndPoint(path) : null;
    }

    internal static async Task WriteAsync(Stream stream, object message, CancellationToken cancellation)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(message, Json);
        await stream.WriteAsync(line.Append((byte)'\n').ToArray(), cancellation);
        await stream.FlushAsync(cancellation);
    }

    /// <summary>Reads a line.</summary>
    /// <returns>Null at the end, or when it is longer than allowed.</returns>
    internal static async Task<byte[]?> ReadAsync(Stream stream, int bytesMax, CancellationToken cancellation)
    {
        using var line = new MemoryStream();
        var one = new byte[1];
        while (line.Length < bytesMax && await stream.ReadAsync(one, cancellation) == 1)
        {
            if (one[0] == (byte)'\n') return line.ToArray();
            line.WriteByte(one[0]);
        }
        return null;
    }
}

/// <summary>A line of an answer: a word of progress, or the answer itself.</summary>
internal sealed record OrderReply(string? Progress, OrderAnswer? Answer);
