using System.Net;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Tests.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>Runs alone: the continuations of a read run on several threads, so only the whole process can be measured.</summary>
[CollectionDefinition(nameof(TcpTransportAllocationTests), DisableParallelization = true), Collection(nameof(TcpTransportAllocationTests))]
public sealed class TcpTransportAllocationTests
{
    private static readonly ModbusRead Request = new(3, RegisterTable.Holding, 100, 10);

    [Fact]
    public async Task A_steady_read_allocates_nothing()
    {
        // As in the gateway: the context of the test runner allocates for each continuation that it posts.
        SynchronizationContext.SetSynchronizationContext(null);
        await using var server = new ModbusTcpServer(new TellingBank(), TimeProvider.System);
        server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        await using var transport = new TcpTransport(TcpDial.To("127.0.0.1", server.EndPoint!.Port), new TcpTiming(), TimeProvider.System);
        var words = new ushort[10];
        for (var round = 0; round < 200; round++)
            await transport.ReadAsync(Request, words, CancellationToken.None);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var round = 0; round < 1_000; round++)
            await transport.ReadAsync(Request, words, CancellationToken.None);
        var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / 1_000.0;

        // Nothing, at either end; one byte each leaves room for what the process does beside it. A debug build makes an object of every state
        // machine, waiting or not.
#if DEBUG
        Assert.InRange(each, 0, 400);
#else
        Assert.InRange(each, 0, 1);
#endif
    }
}
