using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

/// <summary>Read by a client that is not ours, on a pseudo-terminal paced like its line.</summary>
public sealed class ModbusRtuServerPeerTests
{
    [Fact]
    public async Task Mbpoll_prints_what_the_bank_holds()
    {
        var settings = new SerialSettings(Baud: 38_400, Parity.Even);
        using var terminal = PseudoTerminal.Open(TimeProvider.System);
        await using var server = new ModbusRtuServer(new TellingBank(), RtuTiming.Serial(settings), TimeProvider.System);
        server.Serve(terminal.Line);

        await ModbusServerReadings.AreReadByMbpoll((unit, table, address, count, format) =>
            Mbpoll.ReadSerialAsync(terminal.Path, settings.Baud, "even", unit, table, address, count, format));
    }
}
