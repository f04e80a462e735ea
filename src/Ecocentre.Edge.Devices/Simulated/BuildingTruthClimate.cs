using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Weather, presence and room air of the simulated building: pure functions of seed, zone and minute.</summary>
/// <remarks>Immutable; any thread.</remarks>
internal sealed class BuildingTruthClimate(int seed, TimeZoneInfo zone)
{
    private const long MinuteMilliseconds = 60_000;

    // The centre stands near Paris.
    private const double LatitudeDegrees = 48.8;
    private const double LongitudeDegrees = 2.4;

    // Streams of noise; each use has its own.
    private const int DayStream = 1, StaffStream = 2, BookedStream = 3, ChairStream = 4, WeatherStream = 5;
    private const int CloudStream = 6, BrokenCloudStream = 7, HumidStream = 8, Co2Stream = 9, WarmthStream = 10;

    // Share of workplaces taken on a full day, by local hour; in between it runs straight.
    private static readonly (double Hour, double Share)[] Workday =
    [
        (0, 0), (6.5, 0), (7.5, 0.06), (8.5, 0.35), (9.5, 0.72), (11.8, 0.80), (12.7, 0.42), (13.8, 0.55), (14.5, 0.78), (16.8, 0.70),
        (17.8, 0.38), (19, 0.10), (20.5, 0), (24, 0),
    ];

    // Sunday first, as DayOfWeek counts.
    private static readonly double[] Weekday = [0, 0.90, 1.00, 0.82, 0.98, 0.62, 0.05];

    public BuildingTruthMinute At(long minute)
    {
        var utc = new Instant(minute * MinuteMilliseconds).ToDateTimeOffset();
        var local = utc.ToOffset(zone.GetUtcOffset(utc));
        var hour = local.TimeOfDay.TotalHours;
        return new BuildingTruthMinute(
            minute, hour, local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday), Staff(local, minute), Meeting(local),
            Outdoor(utc, minute), Sun(utc, minute));
    }

    /// <summary>Air of the open space (or the meeting room) in a minute: carbon dioxide in ppm, °C and % relative humidity.</summary>
    public (double Co2, double Temperature, double Humidity) Air(bool meetingRoom, long minute)
    {
        // Two air changes an hour: the room remembers presence with a time constant of 30 minutes, summed here in steps of 5.
        const int StepMinutes = 5, Steps = 24;
        double weights = 0, presence = 0;
        for (var i = 0; i < Steps; i++)
        {
            var weight = Math.Exp(-i * StepMinutes / 30.0);
            var at = At(minute - i * StepMinutes);
            weights += weight;
            presence += weight * (meetingRoom ? at.Meeting : at.Staff);
        }
        presence /= weights;
        var now = At(minute);
        var co2 = 425 + 12 * BuildingTruthNoise.Swing(seed, Co2Stream, minute / 47.0) + presence * (meetingRoom ? 980 : 620);
        // The room warms up within two hours before work and cools down within four after it.
        var warmth = now.Workday ? Math.Clamp((now.LocalHour - 5.5) / 2, 0, 1) * Math.Clamp((23 - now.LocalHour) / 4, 0, 1) : 0;
        var temperature = 18.4 + 2.4 * warmth + 2.1 * presence + 0.08 * Math.Max(0, now.OutdoorCelsius - 16)
            + 0.4 * BuildingTruthNoise.Swing(seed, WarmthStream, minute / 95.0);
        var humidity = 38 + 9 * BuildingTruthNoise.Swing(seed, HumidStream, minute / 780.0) + 7 * presence;
        return (co2, temperature, humidity);
    }

    private static double Profile(double hour)
    {
        for (var i = 1; i < Workday.Length; i++)
        {
            var (from, to) = (Workday[i - 1], Workday[i]);
            if (hour <= to.Hour) return from.Share + (to.Share - from.Share) * (hour - from.Hour) / (to.Hour - from.Hour);
        }
        return 0;
    }

    private static long LocalDay(DateTimeOffset local) => local.DateTime.Ticks / TimeSpan.TicksPerDay;

    private double Staff(DateTimeOffset local, long minute)
    {
        var day = 0.78 + 0.22 * BuildingTruthNoise.Uniform(seed, DayStream, LocalDay(local));
        var share = Profile(local.TimeOfDay.TotalHours) * Weekday[(int)local.DayOfWeek] * day;
        return Math.Clamp(share * (1 + 0.12 * BuildingTruthNoise.Swing(seed, StaffStream, minute / 11.0)), 0, 1);
    }

    private double Meeting(DateTimeOffset local)
    {
        var hour = local.TimeOfDay.TotalHours;
        if (hour is < 8.5 or >= 18 || local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) return 0;
        // Bookings of an hour; the room is emptied 8 minutes before the next.
        var slot = LocalDay(local) * 24 + (long)hour;
        if (hour - Math.Floor(hour) > 52.0 / 60) return 0;
        var booked = BuildingTruthNoise.Uniform(seed, BookedStream, slot) < (hour is >= 12 and < 14 ? 0.25 : 0.68);
        return booked ? 0.3 + 0.7 * BuildingTruthNoise.Uniform(seed, ChairStream, slot) : 0;
    }

    private double Outdoor(DateTimeOffset utc, long minute)
    {
        // Coldest in the last third of January and before dawn; fronts pass in some two days.
        var season = -Math.Cos(2 * Math.PI * (utc.DayOfYear - 21) / 365.25);
        var day = -Math.Cos(2 * Math.PI * (utc.TimeOfDay.TotalHours - 3) / 24);
        return 11.5 + 8 * season + 3.2 * day + 4 * BuildingTruthNoise.Swing(seed, WeatherStream, minute / 2900.0);
    }

    private double Sun(DateTimeOffset utc, long minute)
    {
        var declination = 23.45 * Math.Sin(2 * Math.PI * (284 + utc.DayOfYear) / 365) * Math.PI / 180;
        var latitude = LatitudeDegrees * Math.PI / 180;
        var hourAngle = (utc.TimeOfDay.TotalHours + LongitudeDegrees / 15 - 12) * Math.PI / 12;
        var height = Math.Sin(latitude) * Math.Sin(declination) + Math.Cos(latitude) * Math.Cos(declination) * Math.Cos(hourAngle);
        var overcast = BuildingTruthNoise.Smooth(seed, CloudStream, minute / 1100.0);
        var broken = BuildingTruthNoise.Smooth(seed, BrokenCloudStream, minute / 17.0);
        return Math.Max(0, height) * (1 - 0.75 * overcast * (0.35 + 0.65 * broken));
    }
}
