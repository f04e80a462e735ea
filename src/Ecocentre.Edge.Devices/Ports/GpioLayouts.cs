using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>The kernel's GPIO character device, version 2 (uapi linux/gpio.h since 5.10): numbers and structures, the same on x86-64 and arm64.</summary>
internal static unsafe class GpioLayouts
{
    public const nuint GetChip = 0x8044B401;
    public const nuint GetLine = 0xC100B405;
    public const nuint RequestLines = 0xC250B407;
    public const nuint GetValues = 0xC010B40E;
    public const nuint SetValues = 0xC010B40F;

    public const int NameLength = 32;
    public const int AttributesMax = 10;

    public const ulong Used = 1;
    public const ulong ActiveLow = 2;
    public const ulong Input = 4;
    public const ulong Output = 8;
    public const ulong BothEdges = 0x10 | 0x20;
    public const ulong OpenDrain = 0x40;
    public const ulong PullUp = 0x100;
    public const ulong PullDown = 0x200;
    public const ulong BiasOff = 0x400;

    public const uint FlagsAttribute = 1;
    public const uint DebounceAttribute = 3;

    public const uint Rising = 1;

    /// <summary>struct gpiochip_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Chip
    {
        public fixed byte Name[NameLength];
        public fixed byte Label[NameLength];
        public uint Lines;
    }

    /// <summary>struct gpio_v2_line_attribute; its union is flags, values or, in the low 32 bits of these little-endian machines, microseconds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Attribute
    {
        public uint Id;
        public uint Padding;
        public ulong Value;
    }

    /// <summary>struct gpio_v2_line_config_attribute: an attribute for the lines of a mask, by their index in the request.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MaskedAttribute
    {
        public Attribute Attribute;
        public ulong Mask;
    }

    /// <summary>Ten of a line's own.</summary>
    [InlineArray(AttributesMax)]
    public struct Attributes
    {
        private Attribute _first;
    }

    /// <summary>Ten of a request.</summary>
    [InlineArray(AttributesMax)]
    public struct MaskedAttributes
    {
        private MaskedAttribute _first;
    }

    /// <summary>struct gpio_v2_line_config.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Config
    {
        public ulong Flags;
        public uint AttributesCount;
        public fixed uint Padding[5];
        public MaskedAttributes Attributes;
    }

    /// <summary>struct gpio_v2_line_request.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Request
    {
        public fixed uint Offsets[GpioLines.LinesMax];
        public fixed byte Consumer[NameLength];
        public Config Config;
        public uint LinesCount;
        public uint EventsMax;
        public fixed uint Padding[5];
        public int File;
    }

    /// <summary>struct gpio_v2_line_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Line
    {
        public fixed byte Name[NameLength];
        public fixed byte Consumer[NameLength];
        public uint Offset;
        public uint AttributesCount;
        public ulong Flags;
        public Attributes Attributes;
        public fixed uint Padding[4];
    }

    /// <summary>struct gpio_v2_line_values; bit i is line i of the request.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Values
    {
        public ulong Bits;
        public ulong Mask;
    }

    /// <summary>struct gpio_v2_line_event. The time is CLOCK_MONOTONIC: a box without a battery clock starts in 1970 and jumps when it learns the
    /// time, which must not move edges.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Event
    {
        public ulong TimestampNanoseconds;
        public uint Id;
        public uint Offset;
        public uint Sequence;
        public uint LineSequence;
        public fixed uint Padding[6];
    }
}
