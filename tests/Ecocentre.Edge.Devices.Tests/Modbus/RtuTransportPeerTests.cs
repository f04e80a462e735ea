using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>Against servers that are not ours, on serial devices joined by socat.</summary>
public sealed class RtuTransportPeerTests
{
    private static readonly SerialSettings Settings = new(Baud: 19_200, Parity.Even);

    [Fact]
    public async Task Pymodbus_is_read_and_its_refusals_are_understood()
    {
        using var pair = await SocatPair.StartAsync();
        using var server = await PymodbusServer.OnSerialAsync(pair.One, Settings.Baud, [
            new PeerRegisters(1, 3, 100, [1, 2, 0xFFFF]), new PeerRegisters(7, 4, 0, [17254, 13107]), new PeerRegisters(7, 2, 20, [1, 0, 1, 1]),
        ]);
        await using var transport = On(pair.Other);

        await ReadsAsync(transport, new ModbusRead(1, RegisterTable.Holding, 100, 3), [1, 2, 0xFFFF]);
        await ReadsAsync(transport, new ModbusRead(7, RegisterTable.Input, 0, 2), [17254, 13107]);
        await ReadsAsync(transport, new ModbusRead(7, RegisterTable.Discrete, 20, 4), [1, 0, 1, 1]);
        var hole = await transport.ReadAsync(new ModbusRead(1, RegisterTable.Holding, 100, 4), new ushort[4], CancellationToken.None);
        Assert.Equal((FaultKind.Refused, 2), (hole!.Kind, hole.Exception));
        var nobody = await transport.ReadAsync(new ModbusRead(2, RegisterTable.Holding, 100, 1), new ushort[1], CancellationToken.None);
        Assert.Equal(FaultKind.NoAnswer, nobody!.Kind);
    }

    [Fact]
    public async Task Libmodbus_is_read_in_the_largest_blocks()
    {
        using var pair = await SocatPair.StartAsync();
        using var server = LibmodbusServer.OnSerial(pair.One, Settings.Baud, 'E', 1, unit: 9);
        for (var address = 0; address < 1_250; address++)
            server.Inputs[address] = (ushort)(address * 7);
        await using var transport = On(pair.Other);

        for (var block = 0; block < 10; block++)
            await ReadsAsync(transport, new ModbusRead(9, RegisterTable.Input, (ushort)(125 * block), 125),
                Enumerable.Range(125 * block, 125).Select(address => address * 7));
    }

    private static RtuTransport On(string path) => RtuTransport.OnSerialPort(path, Settings,
        RtuTiming.Serial(Settings) with { ReplyTimeout = TimeSpan.FromSeconds(5) }, TimeProvider.System);

    private static async Task ReadsAsync(RtuTransport transport, ModbusRead request, IEnumerable<int> expected)
    {
        var words = new ushort[request.Count];
        Assert.Null(await transport.ReadAsync(request, words, CancellationToken.None));
        Assert.Equal(expected, words.Select(word => (int)word));
    }
}
