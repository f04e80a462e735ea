using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

public sealed class RtuTimingTests
{
    // Milliseconds: character, silence, and the least time of a read of 20 registers (8 + 45 characters and two silences).
    [Theory]
    [InlineData(9_600, Parity.None, 1, 1.0417, 4.0104, 63.23)]
    [InlineData(9_600, Parity.Even, 1, 1.1458, 4.0104, 68.75)]
    [InlineData(19_200, Parity.Even, 1, 0.5729, 2.0052, 34.37)]
    [InlineData(19_200, Parity.None, 2, 0.5729, 2.0052, 34.37)]
    [InlineData(115_200, Parity.None, 1, 0.0868, 1.75, 8.10)]
    public void Times_follow_from_the_settings(int baud, Parity parity, int stopBits, double character, double silence, double exchange)
    {
        var timing = RtuTiming.Serial(new SerialSettings(baud, parity, stopBits));

        Assert.Equal(character, timing.Character.TotalMilliseconds, 3);
        Assert.Equal(silence, timing.Silence.TotalMilliseconds, 3);
        Assert.Equal(exchange, timing.ExchangeMin(new ModbusRead(1, RegisterTable.Input, 0, 20)).TotalMilliseconds, tolerance: 0.006);
    }

    [Fact]
    public void A_unit_may_want_more_silence_but_never_gets_less()
    {
        var timing = RtuTiming.Serial(new SerialSettings(9_600)) with
        {
            UnitSilences = System.Collections.Immutable.ImmutableDictionary<byte, TimeSpan>.Empty
                .Add(5, TimeSpan.FromMilliseconds(60)).Add(6, TimeSpan.FromMilliseconds(1)),
        };

        Assert.Equal(60, timing.SilenceBefore(5).TotalMilliseconds);
        Assert.Equal(timing.Silence, timing.SilenceBefore(6));
        Assert.Equal(timing.Silence, timing.SilenceBefore(7));
    }

    [Fact]
    public void Through_a_gateway_nothing_is_waited_for() =>
        Assert.Equal(TimeSpan.Zero, RtuTiming.OverTcp.ExchangeMin(new ModbusRead(1, RegisterTable.Input, 0, 20)));
}
