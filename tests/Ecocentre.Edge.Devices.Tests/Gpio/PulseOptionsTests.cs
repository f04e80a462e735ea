using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

public sealed class PulseOptionsTests
{
    private static readonly PulseOptions Good = GpioBench.Pulses(3);

    /// <summary>IEC 62053-31: 30 ms on and off are 16.7 pulses a second at most, 60 kW at 1,000 pulses a kWh.</summary>
    [Fact]
    public void The_fastest_plausible_rate_follows_from_the_pulse_length()
    {
        var point = Good.ToPoint(new PointId(4));
        Assert.Equal(60, point.RateMaxPerHour, 6);
        Assert.Equal(0.001, point.Resolution);
        Assert.Equal(12, (Good with { RateMaxPerHour = 12 }).ToPoint(default).RateMaxPerHour);
        var water = Good with { Quantity = "water", PerPulse = 0.01, PulseLength = TimeSpan.FromSeconds(0.5) };
        Assert.Equal(36, water.ToPoint(default).RateMaxPerHour, 6);
    }

    [Fact]
    public void A_debounce_that_swallows_pulses_is_refused()
    {
        Assert.Equal(["debounce"], Fields(Good with { Line = new LineSettings(3, Debounce: TimeSpan.FromMilliseconds(30)) }));
        Assert.Empty(Fields(Good with { Line = new LineSettings(3, Debounce: TimeSpan.FromMilliseconds(29)) }));
        var slow = new LineSettings(3, Debounce: TimeSpan.FromMilliseconds(50));
        Assert.Empty(Fields(Good with { Line = slow, PulseLength = TimeSpan.FromMilliseconds(100) }));
    }

    [Fact]
    public void Each_fault_names_its_field()
    {
        Assert.Empty(Fields(Good));
        Assert.Equal(["quantity"], Fields(Good with { Quantity = "presence" }));
        Assert.Equal(["perPulse"], Fields(Good with { PerPulse = 0 }));
        Assert.Equal(["perPulse"], Fields(Good with { PerPulse = double.NaN }));
        Assert.Equal(["register"], Fields(Good with { Register = -1 }));
        Assert.Equal(["period"], Fields(Good with { Period = TimeSpan.Zero }));
        Assert.Equal(["rateMaxPerHour"], Fields(Good with { RateMaxPerHour = 0 }));
        Assert.Throws<ArgumentException>(() => (Good with { PerPulse = -1 }).ToPoint(default));
    }

    private static IEnumerable<string> Fields(PulseOptions options) => options.Faults().Select(f => f.Field);
}
