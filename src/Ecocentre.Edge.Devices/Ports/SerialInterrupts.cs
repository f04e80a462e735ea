using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>What a serial driver counted (uapi linux/serial.h, struct serial_icounter_struct): 80 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SerialInterrupts
{
    public const nuint Get = 0x545D;

    public fixed int ModemLines[4];
    public int Received;
    public int Sent;
    public int FrameErrors;
    public int Overruns;
    public int ParityErrors;
    public int Breaks;
    public int BufferOverruns;
    public fixed int Reserved[9];
}
