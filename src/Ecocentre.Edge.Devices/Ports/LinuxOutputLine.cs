using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>An output line of the kernel's GPIO character device.</summary>
internal sealed unsafe class LinuxOutputLine : OutputLine
{
    // No file.
    private const int Closed = -1;

    private int _file;

    private LinuxOutputLine(int file, string path) => (_file, Path) = (file, path);

    public override string Path { get; }

    /// <inheritdoc cref="OutputLine.Open"/>
    public static new LinuxOutputLine Open(string path, OutputSettings settings) => new(GpioRequest.OpenOutput(path, settings), path);

    public override void Drive(bool isActive)
    {
        ObjectDisposedException.ThrowIf(_file == Closed, this);
        var values = new GpioLayouts.Values { Bits = isActive ? 1ul : 0, Mask = 1 };
        if (Libc.Request(_file, GpioLayouts.SetValues, &values) < 0)
            throw new IOException($"{Path}: the chip is gone ({Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}). " +
                "Was it unplugged, or its driver unloaded?");
    }

    public override void Pulse(TimeSpan length)
    {
        Drive(true);
        // A sleep would take at least fifty times as long as the pulses that chips want.
        for (var until = Now() + length.Ticks * TimeSpan.NanosecondsPerTick; Now() < until;)
            Thread.SpinWait(1);
        Drive(false);
    }

    public override void Dispose()
    {
        if (_file != Closed)
            _ = Libc.Close(_file);
        _file = Closed;
    }

    /// <summary>In nanoseconds, of the monotonic clock.</summary>
    internal static long Now()
    {
        Libc.TimeSpec time;
        _ = Libc.ReadClock(Libc.Monotonic, &time);
        // 10^9 ns a second.
        return time.Seconds * 1_000_000_000 + time.Nanoseconds;
    }
}
