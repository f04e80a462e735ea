using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A serial driver's own settings (uapi linux/serial.h, struct serial_struct): 72 bytes on 64-bit Linux, of which we change one flag.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal struct SerialLine
{
    public const nuint Get = 0x541E;
    public const nuint Set = 0x541F;

    // ASYNC_LOW_LATENCY.
    public const int LowLatency = 0x2000;

    [FieldOffset(16)]
    public int Flags;
}
