using System.Runtime.InteropServices;
using System.Text;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A serial line made of nothing but the kernel: programs open <see cref="Path"/> as their serial port, and what they send comes out of
/// <see cref="Line"/>. It paces nothing and drops parity.</summary>
/// <remarks>Programs may open and close the path at will; the line stays up until this is disposed.</remarks>
public sealed class PseudoTerminal : IDisposable
{
    private readonly int _deviceEnd;

    private PseudoTerminal(SerialPort line, string path, int deviceEnd)
    {
        Line = line;
        Path = path;
        _deviceEnd = deviceEnd;
    }

    /// <summary>Our end. It is disposed with the pseudo-terminal.</summary>
    public SerialPort Line { get; }

    /// <summary>The device that others open.</summary>
    public string Path { get; }

    /// <exception cref="IOException">The kernel has no pseudo-terminal to give.</exception>
    public static PseudoTerminal Open(TimeProvider time)
    {
        var file = Libc.OpenTerminal(Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NonBlocking | Libc.CloseOnExec);
        if (file < 0 || Libc.GrantTerminal(file) < 0 || Libc.UnlockTerminal(file) < 0)
            throw Terminal.Failure("/dev/ptmx", Marshal.GetLastPInvokeError());
        var path = NameOf(file);
        // Held open, or the line would hang up each time a program closes its end; raw, or the kernel would echo and edit lines.
        var deviceEnd = Libc.Open(path, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NonBlocking | Libc.CloseOnExec);
        if (deviceEnd < 0)
            throw Terminal.Failure(path, Marshal.GetLastPInvokeError());
        Terminal.Configure(deviceEnd, path, new SerialSettings(Baud: 115_200));
        return new PseudoTerminal(new LinuxSerialPort(file, path, isDirectionKernels: false, TimeSpan.Zero, time), path, deviceEnd);
    }

    public void Dispose()
    {
        Line.Dispose();
        _ = Libc.Close(_deviceEnd);
    }

    private static unsafe string NameOf(int file)
    {
        // 64: "/dev/pts/" and the longest number fit several times.
        var name = stackalloc byte[64];
        var error = Libc.NameTerminal(file, name, 64);
        return error == 0 ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)) : throw Terminal.Failure("/dev/ptmx", error);
    }
}
