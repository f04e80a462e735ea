using System.Runtime.InteropServices;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

/// <summary>Layouts and numbers against what a C compiler said for x86-64 and arm64 alike (Debian 12 headers).</summary>
public sealed class TermiosTests
{
    [Fact]
    public void Termios_has_the_kernels_layout()
    {
        Assert.Equal(44, Marshal.SizeOf<Termios>());
        Assert.Equal([0, 4, 8, 12, 16, 17, 36, 40], Offsets<Termios>(nameof(Termios.InputFlags), nameof(Termios.OutputFlags),
            nameof(Termios.ControlFlags), nameof(Termios.LocalFlags), nameof(Termios.Discipline), nameof(Termios.Characters),
            nameof(Termios.InputSpeed), nameof(Termios.OutputSpeed)));
    }

    [Fact]
    public void Rs485_has_the_kernels_layout()
    {
        Assert.Equal(32, Marshal.SizeOf<Rs485>());
        Assert.Equal([0, 4, 8], Offsets<Rs485>(nameof(Rs485.Flags), nameof(Rs485.DelayBeforeSendMilliseconds),
            nameof(Rs485.DelayAfterSendMilliseconds)));
    }

    [Fact]
    public void Driver_settings_have_the_kernels_layout()
    {
        Assert.Equal(72, Marshal.SizeOf<SerialLine>());
        Assert.Equal([16], Offsets<SerialLine>(nameof(SerialLine.Flags)));
    }

    [Fact]
    public void Interrupt_counters_have_the_kernels_layout()
    {
        Assert.Equal(80, Marshal.SizeOf<SerialInterrupts>());
        Assert.Equal([16, 20, 24, 28, 32, 36, 40], Offsets<SerialInterrupts>(nameof(SerialInterrupts.Received), nameof(SerialInterrupts.Sent),
            nameof(SerialInterrupts.FrameErrors), nameof(SerialInterrupts.Overruns), nameof(SerialInterrupts.ParityErrors),
            nameof(SerialInterrupts.Breaks), nameof(SerialInterrupts.BufferOverruns)));
    }

    [Theory]
    [InlineData(9_600, Parity.None, 1, 0x1000_18B0, 0)]
    [InlineData(19_200, Parity.Even, 1, 0x1000_19B0, 0x14)]
    [InlineData(256_000, Parity.Odd, 1, 0x1000_1BB0, 0x14)]
    [InlineData(115_200, Parity.None, 2, 0x1000_18F0, 0)]
    public void Settings_become_the_kernels_flags(int baud, Parity parity, int stopBits, uint control, uint input)
    {
        var termios = Termios.Raw(new SerialSettings(baud, parity, stopBits));

        Assert.Equal(control, termios.ControlFlags);
        Assert.Equal(input, termios.InputFlags);
        Assert.Equal(0u, termios.LocalFlags | termios.OutputFlags);
        Assert.Equal((uint)baud, termios.InputSpeed);
        Assert.Equal((uint)baud, termios.OutputSpeed);
    }

    [Fact]
    public void A_driver_that_set_something_else_is_found_out()
    {
        var asked = new SerialSettings(250_000, Parity.Even);
        var good = Termios.Raw(asked);
        Assert.Null(good.DifferenceFrom(asked, isPseudo: false));
        // A divisor that is nearly right is right: 1.5 % off 250,000.
        Assert.Null((good with { OutputSpeed = 246_250 }).DifferenceFrom(asked, isPseudo: false));

        // What an 8250 that can do 115,200 at most answers to 250,000.
        Assert.Contains("9600 baud", (good with { OutputSpeed = 9_600 }).DifferenceFrom(asked, isPseudo: false));
        var bare = good with { ControlFlags = good.ControlFlags & ~Termios.EnableParity };
        Assert.Contains("parity none", bare.DifferenceFrom(asked, isPseudo: false));
        Assert.Null(bare.DifferenceFrom(asked, isPseudo: true));
        Assert.Contains("2 stop bit", (good with { ControlFlags = good.ControlFlags | Termios.TwoStopBits }).DifferenceFrom(asked, isPseudo: true));
    }

    private static int[] Offsets<T>(params string[] fields) => [.. fields.Select(field => (int)Marshal.OffsetOf<T>(field))];
}
