using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>Against servers that are not ours.</summary>
public sealed class TcpTransportPeerTests
{
    [Fact]
    public async Task Libmodbus_is_read_pipelined()
    {
        using var server = LibmodbusServer.OnTcp();
        for (var address = 0; address < 2_000; address++)
        {
            server.Holdings[address] = (ushort)(address * 3);
            server.Inputs[address] = (ushort)(address * 5);
            server.Coils[address] = (byte)(address % 3 == 0 ? 1 : 0);
            server.Discretes[address] = (byte)(address % 5 == 0 ? 1 : 0);
        }
        await using var transport = To(server.Port, outstandingMax: 8);

        var reads = Enumerable.Range(0, 200).Select(async index =>
        {
            var request = new ModbusRead((byte)(index % 7), (RegisterTable)(1 + (index % 4)), (ushort)(5 * index), (ushort)(1 + (index % 100)));
            var words = new ushort[request.Count];
            Assert.Null(await transport.ReadAsync(request, words, CancellationToken.None));
            Assert.Equal(Enumerable.Range(request.Address, request.Count).Select(address => Expected(request.Table, address)), words);
        });
        await Task.WhenAll(reads);

        static ushort Expected(RegisterTable table, int address) => table switch
        {
            RegisterTable.Holding => (ushort)(address * 3),
            RegisterTable.Input => (ushort)(address * 5),
            RegisterTable.Coil => (ushort)(address % 3 == 0 ? 1 : 0),
            _ => (ushort)(address % 5 == 0 ? 1 : 0),
        };
    }

    [Fact]
    public async Task Pymodbus_is_read_and_its_refusals_are_understood()
    {
        using var server = await PymodbusServer.OnTcpAsync([
            new PeerRegisters(1, 3, 100, [1, 2, 0xFFFF]), new PeerRegisters(7, 4, 0, [17254, 13107]), new PeerRegisters(7, 1, 20, [1, 0, 1, 1]),
        ]);
        await using var transport = To(server.Port, outstandingMax: 1);

        await ReadsAsync(transport, new ModbusRead(1, RegisterTable.Holding, 100, 3), [1, 2, 0xFFFF]);
        await ReadsAsync(transport, new ModbusRead(7, RegisterTable.Input, 0, 2), [17254, 13107]);
        await ReadsAsync(transport, new ModbusRead(7, RegisterTable.Coil, 20, 4), [1, 0, 1, 1]);
        var hole = await transport.ReadAsync(new ModbusRead(1, RegisterTable.Holding, 100, 4), new ushort[4], CancellationToken.None);
        Assert.Equal((FaultKind.Refused, 2), (hole!.Kind, hole.Exception));
        var nobody = await transport.ReadAsync(new ModbusRead(2, RegisterTable.Holding, 100, 1), new ushort[1], CancellationToken.None);
        Assert.Equal(FaultKind.NoAnswer, nobody!.Kind);
    }

    private static TcpTransport To(int port, int outstandingMax) => new(TcpDial.To("127.0.0.1", port),
        new TcpTiming { OutstandingMax = outstandingMax, ReplyTimeout = TimeSpan.FromSeconds(5) }, TimeProvider.System);

    private static async Task ReadsAsync(TcpTransport transport, ModbusRead request, IEnumerable<int> expected)
    {
        var words = new ushort[request.Count];
        Assert.Null(await transport.ReadAsync(request, words, CancellationToken.None));
        Assert.Equal(expected, words.Select(word => (int)word));
    }
}
