using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Opens and sets serial devices of Linux. What goes wrong is said with the path and the remedy.</summary>
internal static unsafe class Terminal
{
    private const nuint Exclusive = 0x540C;
    private const nuint Flush = 0x540B;

    // TCIOFLUSH: what came and what waits to go.
    private const nint FlushBoth = 2;

    /// <summary>Opens a device raw and non-blocking, for this process alone.</summary>
    /// <param name="isDirectionKernels">True when the kernel took over the direction of an RS-485 line.</param>
    /// <exception cref="IOException">It cannot be opened, is in use, or its driver cannot do what is asked.</exception>
    public static int Open(string path, SerialSettings settings, out bool isDirectionKernels)
    {
        var file = Libc.Open(path, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NonBlocking | Libc.CloseOnExec);
        if (file < 0)
            throw Failure(path, Marshal.GetLastPInvokeError());
        try
        {
            // The advisory lock stops a second gateway, also one of root; the terminal's own stops everybody else, but on a pseudo-terminal it
            // would outlive this process as long as the other end is open.
            if (Libc.Lock(file, Libc.LockExclusiveNow) < 0)
                throw Failure(path, Libc.Busy);
            if (!IsPseudo(file) && Libc.Request(file, Exclusive, (nint)0) < 0)
                throw Failure(path, Marshal.GetLastPInvokeError());
            Configure(file, path, settings);
            AskForLowLatency(file);
            isDirectionKernels = settings.Direction == LineDirection.Kernel && TakeDirection(file);
            _ = Libc.Request(file, Flush, FlushBoth);
            return file;
        }
        catch
        {
            _ = Libc.Close(file);
            throw;
        }
    }

    /// <summary>Sets an open device raw and reads back what the driver made of it.</summary>
    /// <exception cref="IOException">It is no serial device, or the driver set something else.</exception>
    public static void Configure(int file, string path, SerialSettings settings)
    {
        var termios = Termios.Raw(settings);
        if (Libc.Request(file, Termios.Set, &termios) < 0 || Libc.Request(file, Termios.Get, &termios) < 0)
            throw Failure(path, Marshal.GetLastPInvokeError());
        if (termios.DifferenceFrom(settings, IsPseudo(file)) is { } difference)
            throw new IOException($"{path}: {settings} was asked, but its driver set {difference}. Choose what the hardware can do, or another adapter.");
    }

    /// <summary>What the driver counted, or null where it does not count.</summary>
    public static SerialCounters? ReadCounters(int file)
    {
        SerialInterrupts counted;
        return Libc.Request(file, SerialInterrupts.Get, &counted) < 0
            ? null
            : new SerialCounters(counted.Received, counted.Sent, counted.FrameErrors, counted.ParityErrors, counted.Overruns + counted.BufferOverruns,
                counted.Breaks);
    }

    /// <summary>An error of the system in words that say what to do.</summary>
    public static IOException Failure(string path, int error) => new(error switch
    {
        Libc.NoSuchFile or Libc.NoSuchDevice or Libc.NoSuchDeviceOrAddress =>
            $"{path}: no such serial port. Is the adapter plugged in? `ls /dev/serial/by-id` lists those that are.",
        Libc.NoPermission => $"{path}: not allowed. Add the gateway's user to the group that owns it, usually `usermod -aG dialout USER`.",
        Libc.Busy => $"{path}: in use by another program. `fuser -v {path}` names it.",
        Libc.NotATerminal => $"{path}: not a serial port.",
        _ => $"{path}: {Marshal.GetPInvokeErrorMessage(error)} (error {error}).",
    });

    /// <summary>USB adapters otherwise hold received bytes back, FTDI's for 16 ms, which is more than an exchange on a fast line. A driver that
    /// does not know the flag refuses, and nothing is lost.</summary>
    private static void AskForLowLatency(int file)
    {
        SerialLine line;
        if (Libc.Request(file, SerialLine.Get, &line) < 0)
            return;
        line.Flags |= SerialLine.LowLatency;
        _ = Libc.Request(file, SerialLine.Set, &line);
    }

    private static bool TakeDirection(int file)
    {
        // Where the driver cannot (pseudo-terminals, most USB adapters: ENOTTY) the adapter handles the direction.
        var rs485 = new Rs485 { Flags = Rs485.Enabled | Rs485.RtsOnSend };
        return Libc.Request(file, Rs485.Set, &rs485) == 0;
    }

    private static bool IsPseudo(int file) =>
        File.ResolveLinkTarget($"/proc/self/fd/{file}", returnFinalTarget: false)?.FullName.StartsWith("/dev/pts/", StringComparison.Ordinal) == true;
}
