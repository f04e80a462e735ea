namespace Ecocentre.Edge.Tests.Reports;

/// <summary>A year of a small centre by quarters of an hour, made from a seed: people, air, heat, power and the outages of its gateway.</summary>
/// <remarks>Paris, open Monday to Friday 8 to 18. An open space of 12 desks, an office of 6, a meeting room without. The gateway is off from 9 to 11 March;
/// the office's CO2 sensor is silent from 3 to 17 May.</remarks>
internal sealed class CentreTruth
{
    internal const int QuartersOfDay = 96;

    internal static readonly string[] Rooms = ["open", "office", "ada"];

    internal static readonly int[] Desks = [12, 6, 0];

    internal static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private readonly DateTime _start;

    internal CentreTruth(int seed, DateOnly first, DateOnly last)
    {
        var random = new Random(seed);
        (First, Last) = (first, last);
        _start = TimeZoneInfo.ConvertTimeToUtc(first.ToDateTime(TimeOnly.MinValue), Zone);
        Count = (int)((TimeZoneInfo.ConvertTimeToUtc(last.AddDays(1).ToDateTime(TimeOnly.MinValue), Zone) - _start).TotalMinutes / 15);
        Local = [.. Enumerable.Range(0, Count).Select(i => TimeZoneInfo.ConvertTimeFromUtc(_start.AddMinutes(15 * i), Zone))];
        People = [.. Rooms.Select(_ => new double[Count])];
        Co2 = [.. Rooms.Select(_ => new double[Count])];
        Temperature = [.. Rooms.Select(_ => new double[Count])];
        Humidity = [.. Rooms.Select(_ => new double[Count])];
        (Outdoor, Energy, HeatPump, Water) = (new double[Count], new double[Count], new double[Count], new double[Count]);
        double[] air = [430, 430, 430];
        var (comes, mood) = (new double[Rooms.Length], 0.0);
        for (var i = 0; i < Count; i++)
        {
            var local = Local[i];
            if (local is { Hour: 0, Minute: 0 } || i == 0)
            {
                mood = random.NextDouble();
                for (var room = 0; room < Rooms.Length; room++) comes[room] = IsWorkday(local) ? 0.35 + 0.6 * random.NextDouble()
                    : random.NextDouble() < 0.06 ? 0.1 : 0;
            }
            var hour = local.Hour + local.Minute / 60.0;
            var day = local.DayOfYear;
            Outdoor[i] = 12 - 8.5 * Math.Cos(2 * Math.PI * (day - 15) / 365) - 4 * Math.Cos(2 * Math.PI * (hour - 4) / 24) + 5 * mood - 2.5;
            var there = Math.Clamp(Math.Min(hour - 8, 18.2 - hour), 0, 1) * (hour is > 12 and < 13.5 ? 0.5 : 1);
            double all = 0;
            for (var room = 0; room < Rooms.Length; room++)
            {
                var places = room == 2 ? 8 : Desks[room];
                var people = Math.Round(places * comes[room] * there * (room == 2 ? random.NextDouble() < 0.5 ? 0 : 1 : 1));
                People[room][i] = people;
                all += people;
                var level = 430 + people * room switch { 0 => 62, 1 => 95, _ => 230 };
                air[room] += (level - air[room]) * 0.4;
                Co2[room][i] = air[room] + 12 * random.NextDouble();
                var heated = local.Month is <= 4 or >= 11;
                Temperature[room][i] = heated ? 17.5 + 2.6 * there + 0.4 * room + 0.5 * mood : Math.Max(21, 22.5 + 0.3 * (Outdoor[i] - 17)) + 0.25 * room;
                Humidity[room][i] = 42 + 12 * Math.Sin(2 * Math.PI * (day - 120) / 365) + 4 * random.NextDouble();
            }
            HeatPump[i] = (0.35 * Math.Max(0, 15 - Outdoor[i]) * (there > 0 ? 1 : 0.45) + 0.05) / 4;
            Energy[i] = HeatPump[i] + (0.7 + (all > 0 ? 1.6 : 0) + 0.11 * all + 0.15 * random.NextDouble()) / 4;
            Water[i] = all > 0 && random.Next(3) == 0 ? 0.004 : 0;
        }
        (EnergyRegister, HeatPumpRegister, WaterRegister) = (Register(48_000, Energy), Register(9_000, HeatPump), Register(310, Water));
    }

    internal DateOnly First { get; }

    internal DateOnly Last { get; }

    internal int Count { get; }

    internal DateTime[] Local { get; }

    internal double[][] People { get; }

    internal double[][] Co2 { get; }

    internal double[][] Temperature { get; }

    internal double[][] Humidity { get; }

    internal double[] Outdoor { get; }

    /// <summary>kWh of each quarter.</summary>
    internal double[] Energy { get; }

    internal double[] HeatPump { get; }

    /// <summary>m³ of each quarter.</summary>
    internal double[] Water { get; }

    /// <summary>What the registers show at the end of each quarter.</summary>
    internal double[] EnergyRegister { get; }

    internal double[] HeatPumpRegister { get; }

    internal double[] WaterRegister { get; }

    internal DateTime Utc(int quarter) => _start.AddMinutes(15 * quarter);

    internal bool IsOff(int quarter) => Local[quarter] is { Month: 3, Day: >= 9 and <= 11 };

    internal bool IsCo2Silent(int room, int quarter) => IsOff(quarter) || room == 1 && Local[quarter] is { Month: 5, Day: >= 3 and <= 17 };

    private static bool IsWorkday(DateTime local) => local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    private static double[] Register(double begin, double[] growth) => [.. growth.Select(g => begin += g)];
}
