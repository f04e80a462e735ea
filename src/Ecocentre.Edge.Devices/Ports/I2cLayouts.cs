using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>The kernel's i2c-dev (uapi linux/i2c.h and linux/i2c-dev.h): numbers and structures, the same on x86-64 and arm64.</summary>
internal static unsafe class I2cLayouts
{
    public const nuint SetRetries = 0x701;
    public const nuint SetTimeout = 0x702;
    public const nuint GetFunctions = 0x705;
    public const nuint Transfer = 0x707;

    public const ushort Read = 1;

    /// <summary>I2C_FUNC_I2C: plain transfers. Controllers that know only SMBus do not have it, and Sensirion's chips need it.</summary>
    public const ulong PlainTransfers = 1;

    /// <summary>The most bytes of one message (i2c-dev.c, i2cdev_ioctl_rdwr).</summary>
    public const int LengthMax = 8192;

    /// <summary>struct i2c_msg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public ushort Address;
        public ushort Flags;
        public ushort Length;
        public byte* Buffer;
    }

    /// <summary>struct i2c_rdwr_ioctl_data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Messages
    {
        public Message* First;
        public uint Count;
    }
}
