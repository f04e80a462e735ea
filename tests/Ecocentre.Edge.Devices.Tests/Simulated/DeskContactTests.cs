using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class DeskContactTests
{
    [Fact]
    public void It_follows_the_desk_a_second_late()
    {
        var start = Instant.From(new DateTimeOffset(2026, 6, 16, 0, 0, 0, TimeSpan.Zero));
        var truth = new BuildingTruth(5, start, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));
        var (active, contact) = (0, new DeskContact(truth, 3));
        for (var minute = 0; minute < 1440; minute++)
        {
            var at = start + TimeSpan.FromMinutes(minute);
            Assert.Equal(truth.IsDeskTaken(3, at), contact.IsActive(at + DeskContact.Lag));
            if (contact.IsActive(at)) active++;
        }
        Assert.True(active > 60);
    }
}
