using System.Net;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

/// <summary>Read by clients that are not ours.</summary>
public sealed class ModbusTcpServerPeerTests
{
    [Fact]
    public async Task Mbpoll_prints_what_the_bank_holds()
    {
        await using var server = Listening();
        await ModbusServerReadings.AreReadByMbpoll((unit, table, address, count, format) =>
            Mbpoll.ReadTcpAsync(server.EndPoint!.Port, unit, table, address, count, format));
    }

    [Fact]
    public async Task Libmodbus_reads_what_the_bank_holds()
    {
        await using var server = Listening();
        var request = new ModbusRead(5, RegisterTable.Holding, 40, 20);
        var words = new ushort[20];
        using (var client = LibmodbusClient.ToTcp(server.EndPoint!.Port))
            client.ReadHoldings(request.Unit, request.Address, words);

        Assert.True(TellingBank.Tells(request, words));
    }

    private static ModbusTcpServer Listening()
    {
        var server = new ModbusTcpServer(new TellingBank(), TimeProvider.System);
        server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        return server;
    }
}
