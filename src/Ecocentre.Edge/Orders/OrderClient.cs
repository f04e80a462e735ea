using System.Net.Sockets;
using System.Text.Json;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Orders;

/// <summary>Gives an order to the gateway that runs the site; when none runs, carries it out on the log.</summary>
internal static class OrderClient
{
    /// <exception cref="CannotRunException">The log belongs to a gateway that takes no orders, or cannot be opened or written.</exception>
    internal static async Task<OrderAnswer> GiveAsync(Site site, Order order, Terminal terminal, CancellationToken cancellation)
    {
        if (await AskAsync(site.LogPath, order, terminal, cancellation) is { } answer) return answer;
        try
        {
            using var office = new AloneOffice(site, terminal.Time);
            return await order.ExecuteAsync(office, new Watched(terminal), cancellation);
        }
        catch (Exception e) when (e is LogRefusedException or LogUnavailableException or IOException)
        {
            throw new CannotRunException(e.Message, e);
        }
        finally
        {
            terminal.ProgressDone();
        }
    }

    /// <summary>Asks the running gateway, and nobody else.</summary>
    /// <returns>Null when no gateway runs.</returns>
    /// <exception cref="CannotRunException">It cannot be asked, or went away.</exception>
    internal static async Task<OrderAnswer?> AskAsync(string logPath, Order order, Terminal terminal, CancellationToken cancellation)
    {
        if (OrderWire.EndPoint(logPath) is not { } address || !File.Exists(OrderWire.PathOf(logPath))) return null;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(address, cancellation);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            // A power cut left the socket behind.
            return null;
        }
        catch (SocketException e)
        {
            throw new CannotRunException($"The gateway cannot be asked at {OrderWire.PathOf(logPath)}: {e.Message}. Run this as the "
                + $"gateway's user.", e);
        }
        try
        {
            await using var stream = new NetworkStream(socket);
            await OrderWire.WriteAsync(stream, order, cancellation);
            while (await OrderWire.ReadAsync(stream, OrderWire.AnswerBytesMax, cancellation) is { } line)
            {
                var reply = JsonSerializer.Deserialize<OrderReply>(line, OrderWire.Json);
                if (reply?.Answer is { } answer) return answer;
                if (reply?.Progress is { } words) terminal.Tell(words);
            }
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw Gone(e);
        }
        finally
        {
            terminal.ProgressDone();
        }
        throw Gone(null);
    }

    private static CannotRunException Gone(Exception? inner) =>
        new("The gateway went away before it answered; look with `entry list` whether it is done.", inner);

    private sealed class Watched(Terminal terminal) : IProgress<string>
    {
        public void Report(string value) => terminal.Tell(value);
    }
}
