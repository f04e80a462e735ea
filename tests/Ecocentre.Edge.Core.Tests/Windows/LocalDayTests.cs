using System.Globalization;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Core.Tests.Windows;

public sealed class LocalDayTests
{
    /// <summary>Columns: zone, an instant, start of its local day in UTC, hours. Rules from the IANA time zone database.</summary>
    [Theory]
    [InlineData("UTC", "2026-11-21T10:00:00Z", "2026-11-21T00:00:00Z", 24)]
    [InlineData("Europe/Paris", "2026-11-21T10:00:00Z", "2026-11-20T23:00:00Z", 24)]
    [InlineData("Europe/Paris", "2026-07-14T22:00:00Z", "2026-07-14T22:00:00Z", 24)]
    [InlineData("Europe/Paris", "2026-07-14T21:59:59Z", "2026-07-13T22:00:00Z", 24)]
    // Clocks go forward at 01:00 UTC on the last Sunday of March, back at 01:00 UTC on that of October.
    [InlineData("Europe/Paris", "2026-03-29T00:30:00Z", "2026-03-28T23:00:00Z", 23)]
    [InlineData("Europe/Paris", "2026-03-29T21:59:00Z", "2026-03-28T23:00:00Z", 23)]
    [InlineData("Europe/Paris", "2026-03-29T22:00:00Z", "2026-03-29T22:00:00Z", 24)]
    [InlineData("Europe/Paris", "2026-10-25T00:30:00Z", "2026-10-24T22:00:00Z", 25)]
    [InlineData("Europe/Paris", "2026-10-25T01:30:00Z", "2026-10-24T22:00:00Z", 25)]
    [InlineData("Europe/Paris", "2026-10-25T22:59:59Z", "2026-10-24T22:00:00Z", 25)]
    // Half an hour and three quarters of an hour.
    [InlineData("Asia/Kolkata", "2026-11-21T18:30:00Z", "2026-11-21T18:30:00Z", 24)]
    [InlineData("Asia/Kathmandu", "2026-11-21T18:14:59Z", "2026-11-20T18:15:00Z", 24)]
    [InlineData("Australia/Lord_Howe", "2026-04-04T20:00:00Z", "2026-04-04T13:00:00Z", 24.5)]
    // Clocks go forward at midnight: the day begins at one o'clock.
    [InlineData("Africa/Cairo", "2026-04-24T00:00:00Z", "2026-04-23T22:00:00Z", 23)]
    [InlineData("Africa/Cairo", "2026-04-23T21:59:59Z", "2026-04-22T22:00:00Z", 24)]
    [InlineData("Asia/Beirut", "2026-03-29T10:00:00Z", "2026-03-28T22:00:00Z", 23)]
    // Clocks go back at midnight to eleven: the evening comes twice and belongs to one day.
    [InlineData("Africa/Cairo", "2026-10-29T20:30:00Z", "2026-10-28T21:00:00Z", 25)]
    [InlineData("Africa/Cairo", "2026-10-29T21:30:00Z", "2026-10-28T21:00:00Z", 25)]
    [InlineData("Africa/Cairo", "2026-10-29T22:00:00Z", "2026-10-29T22:00:00Z", 24)]
    // Clocks go back at one to midnight: midnight comes twice, the day begins with the first.
    [InlineData("America/Havana", "2026-11-01T04:30:00Z", "2026-11-01T04:00:00Z", 25)]
    [InlineData("America/Havana", "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z", 25)]
    [InlineData("America/Havana", "2026-11-01T03:59:59Z", "2026-10-31T04:00:00Z", 24)]
    public void Days_begin_and_end_at_local_midnight(string zone, string at, string start, double hours) =>
        Assert.Equal(new Window(At(start), TimeSpan.FromHours(hours)), LocalDay.Containing(At(at), TimeZoneInfo.FindSystemTimeZoneById(zone)));

    [Theory]
    [InlineData("Europe/Paris")]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Havana")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Asia/Beirut")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/St_Johns")]
    public void Days_follow_each_other_without_gap_or_overlap(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var day = LocalDay.Containing(At("2014-12-31T12:00:00Z"), zone);
        while (day.Start < At("2031-01-01T00:00:00Z"))
        {
            Assert.InRange(day.Length, TimeSpan.FromHours(22), TimeSpan.FromHours(26));
            Assert.Equal(0, day.Start.UnixMilliseconds % 60_000);
            var (some, least) = (TimeSpan.FromHours(1.5), TimeSpan.FromMilliseconds(1));
            foreach (var inside in new[] { day.Start, day.Start + some, day.End - some, day.End - least })
                Assert.Equal(day, LocalDay.Containing(inside, zone));
            var next = LocalDay.Containing(day.End, zone);
            Assert.Equal(day.End, next.Start);
            day = next;
        }
    }

    private static Instant At(string text) => Instant.From(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture));
}
