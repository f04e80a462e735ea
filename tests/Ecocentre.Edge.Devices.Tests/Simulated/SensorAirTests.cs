using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class SensorAirTests
{
    [Fact]
    public void A_sensor_stays_within_its_data_sheet_and_no_two_agree()
    {
        var start = Instant.From(new DateTimeOffset(2026, 6, 16, 7, 0, 0, TimeSpan.Zero));
        var truth = new BuildingTruth(5, start, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));
        var (one, other) = (new SensorAir(truth, "open-space", AirAccuracy.Scd4x, 1), new SensorAir(truth, "open-space", AirAccuracy.Scd4x, 2));
        for (var second = 0; second < 7200; second += 7)
        {
            var at = start + TimeSpan.FromSeconds(second);
            var (air, felt) = (truth.Air("open-space", at), one.At(at));
            Assert.InRange(felt.Co2 - air.Co2, -AirAccuracy.Scd4x.OfCo2(air.Co2), AirAccuracy.Scd4x.OfCo2(air.Co2));
            Assert.InRange(felt.Temperature - air.Temperature, -0.8, 0.8);
            Assert.InRange(felt.Humidity - air.Humidity, -6, 6);
            Assert.Equal(felt, one.At(at));
            Assert.NotEqual(felt, other.At(at));
        }
        var outdoors = new SensorAir(truth, BuildingPlan.Outdoor, AirAccuracy.Sht4x, 3).At(start);
        Assert.InRange(outdoors.Pressure, 950, 1010);
        Assert.True(outdoors.Illuminance > 1000);
    }
}
