using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Asks the Linux kernel whether its clock is disciplined by a time server.</summary>
public static unsafe partial class KernelClock
{
    // struct timex takes 208 bytes on 64-bit Linux (linux/timex.h); the rest is room for a later kernel.
    private const int TimexBytes = 512;

    // adjtimex(2), RETURN VALUE: the clock is not synchronised to a reliable server.
    private const int TimeError = 5;

    /// <summary>True once ntpd, chrony or systemd-timesyncd has set the clock and keeps it; false after a boot until then. Any thread.</summary>
    public static bool IsSynchronised()
    {
        // All zero, its first field too: asks and changes nothing.
        var timex = stackalloc byte[TimexBytes];
        new Span<byte>(timex, TimexBytes).Clear();
        var state = AdjustTime(timex);
        return state is >= 0 and not TimeError;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int AdjustTime(byte* timex);
}
