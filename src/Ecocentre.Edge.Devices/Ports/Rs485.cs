using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>How the kernel drives an RS-485 transceiver (uapi linux/serial.h, struct serial_rs485): 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Rs485
{
    public const nuint Set = 0x542F;

    public const uint Enabled = 1;
    public const uint RtsOnSend = 2;

    public uint Flags;
    public uint DelayBeforeSendMilliseconds;
    public uint DelayAfterSendMilliseconds;
    public fixed uint Padding[5];
}
