using System.Net.Sockets;
using System.Text.Json;
using Ecocentre.Edge.Outputs.Evidence;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge.Orders;

/// <summary>Takes orders from verbs on the same machine while the gateway runs.</summary>
/// <remarks><see cref="RunAsync"/> runs once. Where the socket cannot be made, the gateway runs without; verbs then say that it is in the way.</remarks>
internal sealed class OrderListener(OrderOffice office, TimeProvider time, ILogger logger)
{
    // Orders under way at once; a calibration lasts minutes, and somebody may enter a slip meanwhile.
    private const int OrdersMax = 4;

    // A verb sends its line at once.
    private static readonly TimeSpan LineTimeMax = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _places = new(OrdersMax);
    private readonly List<Task> _underWay = [];

    /// <summary>Listens until cancelled; returns when the orders under way have ended.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        using var listener = Listen();
        try
        {
            // Without a socket the gateway runs all the same.
            if (listener is null) await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
            while (listener is not null)
            {
                await _places.WaitAsync(cancellation);
                var socket = await listener.AcceptAsync(cancellation);
                _underWay.RemoveAll(task => task.IsCompleted);
                _underWay.Add(ServeAsync(socket, cancellation));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Task.WhenAll(_underWay);
        }
        finally
        {
            if (listener is not null) File.Delete(OrderWire.PathOf(office.Site.LogPath));
        }
    }

    private Socket? Listen()
    {
        var path = OrderWire.PathOf(office.Site.LogPath);
        if (OrderWire.EndPoint(office.Site.LogPath) is not { } address)
        {
            logger.LogWarning("No orders are taken: {Path} is too long for a socket. Give the log a shorter path.", path);
            return null;
        }
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // What an earlier run left behind after a power cut; the log's own lock says that it runs no longer.
            File.Delete(path);
            socket.Bind(address);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(OrdersMax);
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            socket.Dispose();
            logger.LogWarning("No orders are taken at {Path}: {Text}", path, e.Message);
            return null;
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken cancellation)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var answer = await AnswerAsync(stream, cancellation);
            await OrderWire.WriteAsync(stream, new OrderReply(null, answer), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The verb has gone; what was done is in the log.
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<OrderAnswer> AnswerAsync(NetworkStream stream, CancellationToken cancellation)
    {
        try
        {
            using var slow = new CancellationTokenSource(LineTimeMax, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, cancellation);
            if (await OrderWire.ReadAsync(stream, OrderWire.LineBytesMax, either.Token) is not { } line
                || JsonSerializer.Deserialize<Order>(line, OrderWire.Json) is not { } order)
                return OrderAnswer.Refused("That is no order.", "Use the verbs of ecocentre-edge.");
            var level = order.IsQuestion ? LogLevel.Debug : LogLevel.Information;
            logger.Log(level, "Order: {Order}", order);
            var answer = await order.ExecuteAsync(office, new Progress(stream), cancellation);
            logger.Log(level, "Answer: {Text}", answer.Text);
            return answer;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return OrderAnswer.Refused("That is no order that this gateway knows.", "Use the verbs of the same version.");
        }
        catch (InvalidOperationException e)
        {
            return OrderAnswer.Refused(e.Message, "Try again later.");
        }
        catch (LogUnavailableException e)
        {
            return OrderAnswer.Refused(e.Message, "Nothing was recorded; try again later.");
        }
    }

    /// <summary>Words of progress go out as they come; a verb that has gone misses them.</summary>
    private sealed class Progress(NetworkStream stream) : IProgress<string>
    {
        public void Report(string value)
        {
            try
            {
                stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(new OrderReply(value, null), OrderWire.Json), (byte)'\n']);
            }
            catch (IOException)
            {
                // The order goes on without somebody who watches.
            }
        }
    }
}
