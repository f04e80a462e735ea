using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Peers;

/// <summary>A blocking Modbus client on libmodbus: what a plain C program would be. One thread.</summary>
public sealed unsafe class LibmodbusClient : IDisposable
{
    private readonly nint _context;

    private LibmodbusClient(nint context)
    {
        _context = context;
        if (Libmodbus.Connect(context) < 0)
            throw new InvalidOperationException($"libmodbus could not connect: {Marshal.GetLastPInvokeErrorMessage()}");
        // 10 s: its own half a second is too short for a busy test machine.
        _ = Libmodbus.SetResponseTimeout(context, 10, 0);
    }

    /// <summary>Connects to a port of loopback.</summary>
    public static LibmodbusClient ToTcp(int port) => new(Libmodbus.NewTcp("127.0.0.1", port));

    /// <summary>Reads holding registers of a unit.</summary>
    /// <exception cref="InvalidOperationException">No answer, or a refusal.</exception>
    public void ReadHoldings(byte unit, ushort address, Span<ushort> words)
    {
        _ = Libmodbus.SetUnit(_context, unit);
        fixed (ushort* first = words)
            if (Libmodbus.ReadRegisters(_context, address, words.Length, first) != words.Length)
                throw new InvalidOperationException($"libmodbus read nothing: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public void Dispose()
    {
        Libmodbus.Close(_context);
        Libmodbus.Free(_context);
    }
}
