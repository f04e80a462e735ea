using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

public sealed class GpioRequestTests
{
    private const ulong Plain = GpioLayouts.Input | GpioLayouts.BothEdges;

    [Fact]
    public unsafe void Lines_become_offsets_common_flags_and_attributes_for_the_others()
    {
        var request = GpioRequest.Layout("chip",
        [
            new LineSettings(17), new LineSettings(5, ActiveLow: true, LineBias.PullUp, TimeSpan.FromMilliseconds(10)),
            new LineSettings(6, Debounce: TimeSpan.FromMilliseconds(50)), new LineSettings(9, Debounce: TimeSpan.FromMilliseconds(10)),
        ]);

        Assert.Equal((4u, Plain, 3u), (request.LinesCount, request.Config.Flags, request.Config.AttributesCount));
        Assert.Equal([17u, 5u, 6u, 9u], new ReadOnlySpan<uint>(request.Offsets, 4).ToArray());
        Assert.Equal("ecocentre-edge\0", System.Text.Encoding.ASCII.GetString(request.Consumer, 15));
        List<(uint, ulong, ulong)> attributes = [Attribute(request, 0), Attribute(request, 1), Attribute(request, 2)];
        Assert.Equal(
        [
            (GpioLayouts.FlagsAttribute, Plain | GpioLayouts.ActiveLow | GpioLayouts.PullUp, 0b0010ul), (GpioLayouts.DebounceAttribute, 10_000ul, 0b1010ul),
            (GpioLayouts.DebounceAttribute, 50_000ul, 0b0100ul),
        ], attributes);
    }

    [Fact]
    public void Sixty_four_lines_that_are_alike_need_no_attribute_but_their_debounce()
    {
        var request = GpioRequest.Layout("chip",
            [.. Enumerable.Range(0, 64).Select(i => new LineSettings(i, true, LineBias.Off, TimeSpan.FromMilliseconds(5)))]);

        Assert.Equal((64u, Plain | GpioLayouts.ActiveLow | GpioLayouts.BiasOff, 1u),
            (request.LinesCount, request.Config.Flags, request.Config.AttributesCount));
        Assert.Equal((GpioLayouts.DebounceAttribute, 5_000ul, ulong.MaxValue), Attribute(request, 0));
    }

    [Fact]
    public unsafe void An_output_is_one_line_that_begins_inactive()
    {
        var request = GpioRequest.Layout(new OutputSettings(4, ActiveLow: true, OpenDrain: true));

        // linux/gpio.h: OUTPUT is bit 3, OPEN_DRAIN bit 6, ACTIVE_LOW bit 1; without an OUTPUT_VALUES attribute a line is inactive.
        Assert.Equal((1u, 0x4Aul, 0u, 0u), (request.LinesCount, request.Config.Flags, request.Config.AttributesCount, request.EventsMax));
        Assert.Equal(4u, request.Offsets[0]);
        Assert.Equal("ecocentre-edge\0", System.Text.Encoding.ASCII.GetString(request.Consumer, 15));
        Assert.Equal(0x8ul, GpioRequest.Layout(new OutputSettings(4)).Config.Flags);
    }

    [Fact]
    public void Missing_chip_is_said_with_its_path() =>
        Assert.Contains("/dev/gpiochip97: no such GPIO chip",
            Assert.Throws<IOException>(() => OutputLine.Open("/dev/gpiochip97", new OutputSettings(4))).Message);

    [Fact]
    public void Lines_that_differ_too_much_are_refused_with_a_remedy()
    {
        ImmutableArray<LineSettings> lines = [.. Enumerable.Range(0, 12).Select(i => new LineSettings(i, Debounce: TimeSpan.FromMilliseconds(i)))];

        var error = Assert.Throws<IOException>(() => GpioRequest.Layout("/dev/gpiochip3", lines));

        Assert.Contains("/dev/gpiochip3", error.Message);
        Assert.Contains("differ in 11 ways", error.Message);
        Assert.Contains("same debounce", error.Message);
    }

    [Theory]
    [InlineData("/dev/gpiochip77", "no such GPIO chip")]
    [InlineData("/dev/null", "not a GPIO chip")]
    public void What_cannot_be_opened_is_said_with_the_path(string path, string words)
    {
        var error = Assert.Throws<IOException>(() => GpioLines.Open(path, [new LineSettings(0)], TimeProvider.System));

        Assert.Contains(path, error.Message);
        Assert.Contains(words, error.Message);
    }

    private static (uint, ulong, ulong) Attribute(GpioLayouts.Request request, int index)
    {
        var attribute = request.Config.Attributes[index];
        return (attribute.Attribute.Id, attribute.Attribute.Value, attribute.Mask);
    }
}
