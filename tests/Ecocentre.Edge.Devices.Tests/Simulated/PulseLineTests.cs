using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class PulseLineTests
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 6, 16, 5, 0, 0, TimeSpan.Zero));
    private static readonly BuildingTruth Truth = new(5, Start, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));

    [Fact]
    public void There_is_a_pulse_for_each_litre()
    {
        var water = PulseLine.Water(Truth, 1);
        var to = Start + TimeSpan.FromHours(9);
        var pulses = water.ActiveBetween(Start, to);
        Assert.Equal(Truth.WaterMillilitres(to) / 1000, pulses.Count);
        Assert.True(pulses.Count > 300);
        for (var i = 0; i < pulses.Count; i++)
        {
            Assert.Equal(i + 1, water.Count(pulses[i].From));
            Assert.Equal(i, water.Count(pulses[i].From - TimeSpan.FromMilliseconds(1)));
        }
    }

    [Fact]
    public void There_is_a_pulse_for_each_watt_hour_and_a_pause_after_it()
    {
        var energy = PulseLine.Energy(Truth, "water-heater", 1000);
        var to = Start + TimeSpan.FromHours(3);
        var pulses = energy.ActiveBetween(Start, to);
        Assert.Equal((int)(Truth.EnergyKwh("water-heater", Start, to).Import * 1000), pulses.Count);
        Assert.True(pulses.Count > 500);
        for (var i = 1; i < pulses.Count; i++) Assert.True(pulses[i].From - pulses[i - 1].To >= energy.LengthMin);
        // Asked in pieces it tells the same.
        var middle = pulses[100].From + TimeSpan.FromMilliseconds(20);
        Assert.Equal(pulses.Count + 1, energy.ActiveBetween(Start, middle).Count + energy.ActiveBetween(middle, to).Count);
    }
}
