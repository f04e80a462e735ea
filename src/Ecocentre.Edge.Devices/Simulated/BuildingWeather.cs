namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Weather and outdoor air at the simulated building: pure functions of seed and minute (since 1970).</summary>
/// <remarks>No state; any thread. Chosen to look like the Rhône valley; none is measured.</remarks>
internal sealed class BuildingWeather(int seed)
{
    private const double LatitudeDegrees = 45.8;
    private const double LongitudeDegrees = 4.8;

    private const double MinutesPerDay = 1440;

    // Streams of noise; each use has its own.
    private const int WeatherStream = 5, CloudStream = 6, BrokenCloudStream = 7, HumidStream = 8, CarbonStream = 9, HeatStream = 10;
    private const int PressureStream = 11, DustStream = 12;

    public double Celsius(long minute)
    {
        var utc = Utc(minute);
        // Coldest in the last third of January and before dawn; fronts pass in some two days.
        var season = -Math.Cos(2 * Math.PI * (utc.DayOfYear - 21) / 365.25);
        var day = -Math.Cos(2 * Math.PI * (utc.TimeOfDay.TotalHours - 3) / 24);
        return 12.3 + 8.6 * season + 3.4 * day + 4 * BuildingTruthNoise.Swing(seed, WeatherStream, minute / 2900.0) + HeatWave(minute, utc);
    }

    /// <summary>Water in the air, g/m³.</summary>
    public double Moisture(long minute)
    {
        var celsius = Celsius(minute);
        // Damp at dawn, drier in the afternoon.
        var day = Math.Cos(2 * Math.PI * (Utc(minute).TimeOfDay.TotalHours - 3) / 24);
        var relative = 70 + 12 * day + 14 * BuildingTruthNoise.Swing(seed, HumidStream, minute / 1700.0);
        return BuildingMoisture.Saturated(celsius) * Math.Clamp(relative, 25, 98) / 100;
    }

    /// <summary>Carbon dioxide, ppm: more in still nights and in winter.</summary>
    public double Carbon(long minute)
    {
        var utc = Utc(minute);
        var season = Math.Cos(2 * Math.PI * (utc.DayOfYear - 40) / 365.25);
        var night = Math.Cos(2 * Math.PI * (utc.TimeOfDay.TotalHours - 4) / 24);
        return 428 + 5 * season + 7 * night + 6 * BuildingTruthNoise.Swing(seed, CarbonStream, minute / 330.0);
    }

    /// <summary>Air pressure at the building, hPa.</summary>
    public double Pressure(long minute)
    {
        var atSea = 1015 + 14 * BuildingTruthNoise.Swing(seed, PressureStream, minute / 3100.0);
        // International Standard Atmosphere (ISO 2533:1975), the layer next to the sea.
        return atSea * Math.Pow(1 - 2.25577e-5 * BuildingPlan.AltitudeMetres, 5.25588);
    }

    /// <summary>Fine dust PM2.5, µg/m³: more in winter, when it is heated with wood.</summary>
    public double Dust(long minute)
    {
        var season = Math.Cos(2 * Math.PI * (Utc(minute).DayOfYear - 15) / 365.25);
        return (9 + 4 * season) * (0.35 + 1.3 * BuildingTruthNoise.Smooth(seed, DustStream, minute / 900.0));
    }

    /// <summary>Share of full sunshine on the roof, 0 to 1.</summary>
    public double Sun(long minute)
    {
        var utc = Utc(minute);
        var declination = 23.45 * Math.Sin(2 * Math.PI * (284 + utc.DayOfYear) / 365) * Math.PI / 180;
        var latitude = LatitudeDegrees * Math.PI / 180;
        var hourAngle = (utc.TimeOfDay.TotalHours + LongitudeDegrees / 15 - 12) * Math.PI / 12;
        var height = Math.Sin(latitude) * Math.Sin(declination) + Math.Cos(latitude) * Math.Cos(declination) * Math.Cos(hourAngle);
        if (height <= 0) return 0;
        var overcast = BuildingTruthNoise.Smooth(seed, CloudStream, minute / 1100.0);
        var broken = BuildingTruthNoise.Smooth(seed, BrokenCloudStream, minute / 17.0);
        return height * (1 - 0.75 * overcast * (0.35 + 0.65 * broken));
    }

    private static DateTimeOffset Utc(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);

    /// <summary>Once a year, between the first days of July and the middle of August, six days are up to 8 K hotter.</summary>
    private double HeatWave(long minute, DateTimeOffset utc)
    {
        if (utc.Month is < 6 or > 8) return 0;
        const double FirstDay = 185, Days = 6;
        var middle = FirstDay + 40 * BuildingTruthNoise.Uniform(seed, HeatStream, utc.Year);
        var distance = Math.Abs(utc.DayOfYear + minute % (long)MinutesPerDay / MinutesPerDay - middle);
        return 8 * Math.Clamp(Days / 2 + 0.5 - distance, 0, 1);
    }
}
