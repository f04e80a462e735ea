using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Peers;

/// <summary>A Modbus server on python3-pymodbus (Debian: 3.0), in a process of its own. Only the registers it was given exist.</summary>
public sealed class PymodbusServer : IDisposable
{
    // Debian installs it for the system's Python, whatever another Python comes first on PATH.
    private const string Python = "/usr/bin/python3";

    private const string Script = """
        import asyncio, sys
        from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
        from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
        from pymodbus.transaction import ModbusRtuFramer

        tables = {"1": "co", "2": "di", "3": "hr", "4": "ir"}
        units = {}
        for line in sys.stdin:
            unit, table, address, *words = line.split()
            if unit == "end":
                break
            blocks = units.setdefault(int(unit), {name: {} for name in tables.values()})
            for offset, word in enumerate(words):
                blocks[tables[table]][int(address) + offset] = int(word)
        context = ModbusServerContext(single=False, slaves={
            unit: ModbusSlaveContext(zero_mode=True, **{name: ModbusSparseDataBlock(words) for name, words in blocks.items()})
            for unit, blocks in units.items()})

        async def serve():
            if sys.argv[1] == "tcp":
                await StartAsyncTcpServer(context, address=("127.0.0.1", int(sys.argv[2])), ignore_missing_slaves=True)
            else:
                server = await StartAsyncSerialServer(context, framer=ModbusRtuFramer, port=sys.argv[2], baudrate=int(sys.argv[3]),
                                                      ignore_missing_slaves=True, defer_start=True)
                await server.start()
                print("serving" if server.transport else "cannot open the port", flush=True)
                await server.serve_forever()

        asyncio.run(serve())
        """;

    private readonly PeerProcess _process;

    private PymodbusServer(PeerProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens on loopback; 0 on a serial line.</summary>
    public int Port { get; }

    /// <summary>What it said, for failures.</summary>
    public string Output => _process.Output;

    /// <summary>Serves on a free port of loopback.</summary>
    public static async Task<PymodbusServer> OnTcpAsync(IEnumerable<PeerRegisters> registers)
    {
        var port = FreePort.Take();
        var process = Start(["tcp", $"{port}"], registers);
        await process.WaitForPortAsync(port);
        return new PymodbusServer(process, port);
    }

    /// <summary>Serves on a serial device, 8N1: Python refuses to set parity on a pseudo-terminal, which has none.</summary>
    public static async Task<PymodbusServer> OnSerialAsync(string path, int baud, IEnumerable<PeerRegisters> registers)
    {
        var process = Start(["rtu", path, $"{baud}"], registers);
        await process.WaitForOutputAsync("serving");
        return new PymodbusServer(process, port: 0);
    }

    public void Dispose() => _process.Dispose();

    private static PeerProcess Start(string[] arguments, IEnumerable<PeerRegisters> registers)
    {
        var process = PeerProcess.Start(Python, ["-c", Script, .. arguments]);
        foreach (var (unit, table, address, words) in registers)
        {
            var line = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{unit} {table} {address}");
            foreach (var word in words)
                line.Append(CultureInfo.InvariantCulture, $" {word}");
            process.Input.WriteLine(line);
        }
        process.Input.WriteLine("end 0 0");
        process.Input.Flush();
        return process;
    }
}
