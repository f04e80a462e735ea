using System.Net;
using System.Net.Sockets;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class ModbusTcpServerTests
{
    [Fact]
    public async Task Pipelined_requests_in_pieces_are_answered_in_their_order()
    {
        await using var server = Listening();
        using var client = await ConnectAsync(server);
        var requests = Convert.FromHexString("000100000006010300000001" + "000200000006C80300000001" + "0003000000060103EA600001" + "000400000006011000000001");
        await client.WriteAsync(requests.AsMemory(0, 17));
        await client.WriteAsync(requests.AsMemory(17));

        // 9 + 2 for the first; the second asks a dead unit; the third an address that does not exist; the fourth would write.
        var replies = new byte[11 + 9 + 9];
        await client.ReadExactlyAsync(replies);
        var word = TellingBank.WordAt(1, Devices.Modbus.RegisterTable.Holding, 0);
        Assert.Equal($"000100000005010302{word:X4}" + "000300000003018302" + "000400000003019001", Convert.ToHexString(replies));
        Assert.Equal(4, server.Requests);
    }

    [Fact]
    public async Task A_client_that_talks_no_modbus_is_hung_up_on()
    {
        await using var server = Listening();
        using var client = await ConnectAsync(server);
        await client.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Assert.Equal(0, await client.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task A_taken_port_is_an_error_that_names_it()
    {
        await using var server = Listening();
        await using var second = new ModbusTcpServer(new TellingBank(), TimeProvider.System);
        var error = Assert.Throws<IOException>(() => second.Listen(server.EndPoint!));

        Assert.Contains(server.EndPoint!.ToString(), error.Message);
    }

    [Fact]
    public async Task More_clients_than_the_limit_are_turned_away_and_the_others_stay()
    {
        await using var server = Listening();
        var clients = new List<NetworkStream>();
        for (var index = 0; index < ModbusTcpServer.ClientsMax; index++)
            clients.Add(await ConnectAsync(server));
        foreach (var client in clients)
            await AskAsync(client);
        using var tooMany = await ConnectAsync(server);

        Assert.Equal(0, await tooMany.ReadAsync(new byte[1]));
        foreach (var client in clients)
        {
            await AskAsync(client);
            client.Dispose();
        }
    }

    private static async Task AskAsync(NetworkStream client)
    {
        await client.WriteAsync(Convert.FromHexString("000100000006010300000001"));
        await client.ReadExactlyAsync(new byte[11]);
    }

    private static ModbusTcpServer Listening()
    {
        var server = new ModbusTcpServer(new TellingBank(), TimeProvider.System);
        server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        return server;
    }

    private static async Task<NetworkStream> ConnectAsync(ModbusTcpServer server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint!);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
