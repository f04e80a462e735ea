using System.Collections.Immutable;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Plant;

public sealed class OpeningHoursTests
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    // Monday to Friday 8 to 12 and 14 to 19, and a Sunday night shift that ends with the day.
    private static readonly OpeningHours Hours = new(
        [
            .. new[] { DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday }
                .SelectMany(day => new[] { Stretch(day, 8, 12), Stretch(day, 14, 19) }),
            Stretch(DayOfWeek.Sunday, 1, 4),
        ],
        [new DateOnly(2026, 12, 25)]);

    [Theory]
    [InlineData("2026-11-23T07:59:59.999+01:00", false)]
    [InlineData("2026-11-23T08:00:00+01:00", true)]
    [InlineData("2026-11-23T12:00:00+01:00", false)]
    [InlineData("2026-11-23T18:59:59.999+01:00", true)]
    [InlineData("2026-11-23T19:00:00+01:00", false)]
    [InlineData("2026-11-21T10:00:00+01:00", false)]
    // A Friday, but Christmas.
    [InlineData("2026-12-25T10:00:00+01:00", false)]
    // Sunday 25 October 2026: 02:30 comes twice, and is open twice.
    [InlineData("2026-10-25T00:30:00Z", true)]
    [InlineData("2026-10-25T01:30:00Z", true)]
    [InlineData("2026-10-25T03:00:00Z", false)]
    // Sunday 29 March 2026: 01:30 is followed by 03:00; the hour in between is not there.
    [InlineData("2026-03-29T00:59:00Z", true)]
    [InlineData("2026-03-29T01:00:00Z", true)]
    [InlineData("2026-03-29T02:00:00Z", false)]
    public void The_local_clock_decides(string at, bool open) =>
        Assert.Equal(open, Hours.IsOpen(Instant.From(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)), Paris));

    private static OpenStretch Stretch(DayOfWeek day, int from, int to) => new(day, TimeSpan.FromHours(from), TimeSpan.FromHours(to));
}
