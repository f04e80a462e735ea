using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

/// <summary>Layouts and numbers against what a C compiler said for x86-64 and arm64 alike (Debian 12 headers).</summary>
public sealed class GpioLayoutsTests
{
    [Fact]
    public void Structures_have_the_kernels_sizes() => Assert.Equal([68, 256, 16, 24, 272, 592, 16, 48],
    [
        Unsafe.SizeOf<GpioLayouts.Chip>(), Unsafe.SizeOf<GpioLayouts.Line>(), Unsafe.SizeOf<GpioLayouts.Attribute>(),
        Unsafe.SizeOf<GpioLayouts.MaskedAttribute>(), Unsafe.SizeOf<GpioLayouts.Config>(), Unsafe.SizeOf<GpioLayouts.Request>(),
        Unsafe.SizeOf<GpioLayouts.Values>(), Unsafe.SizeOf<GpioLayouts.Event>(),
    ]);

    [Fact]
    public unsafe void Fields_lie_where_the_kernel_has_them()
    {
        GpioLayouts.Chip chip;
        Assert.Equal([0, 32, 64], [At(&chip, chip.Name), At(&chip, chip.Label), At(&chip, &chip.Lines)]);
        GpioLayouts.Line line;
        Assert.Equal([0, 32, 64, 68, 72, 80, 240],
            [At(&line, line.Name), At(&line, line.Consumer), At(&line, &line.Offset), At(&line, &line.AttributesCount), At(&line, &line.Flags),
                At(&line, &line.Attributes), At(&line, line.Padding)]);
        GpioLayouts.MaskedAttribute masked;
        Assert.Equal([0, 8, 16], [At(&masked, &masked.Attribute.Id), At(&masked, &masked.Attribute.Value), At(&masked, &masked.Mask)]);
        GpioLayouts.Config config;
        Assert.Equal([0, 8, 12, 32],
            [At(&config, &config.Flags), At(&config, &config.AttributesCount), At(&config, config.Padding), At(&config, &config.Attributes)]);
        GpioLayouts.Request request;
        Assert.Equal([0, 256, 288, 560, 564, 568, 588],
            [At(&request, request.Offsets), At(&request, request.Consumer), At(&request, &request.Config), At(&request, &request.LinesCount),
                At(&request, &request.EventsMax), At(&request, request.Padding), At(&request, &request.File)]);
        GpioLayouts.Values values;
        Assert.Equal([0, 8], [At(&values, &values.Bits), At(&values, &values.Mask)]);
        GpioLayouts.Event told;
        Assert.Equal([0, 8, 12, 16, 20, 24],
            [At(&told, &told.TimestampNanoseconds), At(&told, &told.Id), At(&told, &told.Offset), At(&told, &told.Sequence),
                At(&told, &told.LineSequence), At(&told, told.Padding)]);
    }

    /// <summary>linux/ioctl.h: direction in bits 30 and 31, size in 16 to 29, type 0xB4, number.</summary>
    [Fact]
    public void Requests_carry_the_sizes_of_their_structures()
    {
        Assert.Equal((uint)GpioLayouts.GetChip, Number(2, Unsafe.SizeOf<GpioLayouts.Chip>(), 0x01));
        Assert.Equal((uint)GpioLayouts.GetLine, Number(3, Unsafe.SizeOf<GpioLayouts.Line>(), 0x05));
        Assert.Equal((uint)GpioLayouts.RequestLines, Number(3, Unsafe.SizeOf<GpioLayouts.Request>(), 0x07));
        Assert.Equal((uint)GpioLayouts.GetValues, Number(3, Unsafe.SizeOf<GpioLayouts.Values>(), 0x0E));
        Assert.Equal((uint)GpioLayouts.SetValues, Number(3, Unsafe.SizeOf<GpioLayouts.Values>(), 0x0F));
        // The kernel takes 32 bits of a request.
        Assert.Equal([0x8044B401, 0xC100B405, 0xC250B407, 0xC010B40E, 0xC010B40F],
            new nuint[] { GpioLayouts.GetChip, GpioLayouts.GetLine, GpioLayouts.RequestLines, GpioLayouts.GetValues, GpioLayouts.SetValues }
                .Select(n => (uint)n));
    }

    private static uint Number(uint direction, int size, uint number) => direction << 30 | (uint)size << 16 | 0xB4u << 8 | number;

    private static unsafe int At(void* start, void* field) => (int)((byte*)field - (byte*)start);
}
