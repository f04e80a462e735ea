namespace Ecocentre.Edge.Core.Tests.Criteria;

/// <summary>One year of a small centre, minute by minute: the truth that windows are made of and that verdicts are reckoned from a second time. Seeded;
/// it knows nothing of the engine.</summary>
/// <remarks>2026 in Paris, both days of a clock change in it. A hall of 90 m², a stuffy meeting room of 6 m² and an office of 40 m², open Monday to Friday
/// 8 to 18 but for Easter Monday and 14 July; people come on most days. A heat wave from 20 to 29 July. The gateway is off on 11 March; the office's CO2
/// sensor is unplugged from 1 to 20 May; the meter is swapped on 15 September.</remarks>
internal sealed class TruthYear
{
    internal const int Rooms = 3;

    internal static readonly string[] Names = ["hall", "meeting", "office"];

    internal static readonly double[] Areas = [90, 6, 40];

    internal static readonly DateOnly First = new(2026, 1, 1), Last = new(2026, 12, 31);

    internal static readonly DateOnly[] Holidays = [new(2026, 4, 6), new(2026, 7, 14)];

    private static readonly DateTime Zero = new(2025, 12, 31, 23, 0, 0, DateTimeKind.Utc);

    internal TruthYear(int seed)
    {
        var random = new Random(seed);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        Minutes = (Last.DayNumber - First.DayNumber + 1) * 1440;
        Local = new DateTime[Minutes];
        Present = new bool[Rooms][];
        Co2 = new double[Rooms][];
        Temperature = new double[Rooms][];
        Energy = new double[Minutes];
        Water = new double[Minutes];
        Outdoor = new double[Minutes];
        Register = new double[Minutes];
        for (var room = 0; room < Rooms; room++)
            (Present[room], Co2[room], Temperature[room]) = (new bool[Minutes], new double[Minutes], new double[Minutes]);
        var register = 50_000.0;
        var day = -1;
        var (arrive, leave, leak, mood) = (new int[Rooms], new int[Rooms], false, 0.0);
        double[] air = [420, 420, 420];
        for (var minute = 0; minute < Minutes; minute++)
        {
            var local = Local[minute] = TimeZoneInfo.ConvertTimeFromUtc(Zero.AddMinutes(minute), zone);
            if (local.DayOfYear != day)
            {
                day = local.DayOfYear;
                (leak, mood) = (random.NextDouble() < 0.03, random.NextDouble());
                for (var room = 0; room < Rooms; room++)
                {
                    var comes = IsOpenDay(local) && random.NextDouble() < (room == 1 ? 0.5 : 0.95);
                    arrive[room] = comes ? 480 + random.Next(120) : int.MaxValue;
                    leave[room] = room == 1 ? arrive[room] == int.MaxValue ? 0 : arrive[room] + 90 + random.Next(120) : 960 + random.Next(120);
                }
            }
            var now = local.Hour * 60 + local.Minute;
            var wave = local is { Month: 7, Day: >= 20 and < 30 } ? 9 : 0;
            Outdoor[minute] = 12 - 9 * Math.Cos(2 * Math.PI * (day - 15) / 365) - 4 * Math.Cos(2 * Math.PI * (now - 180) / 1440) + wave + 2 * mood;
            var anybody = false;
            for (var room = 0; room < Rooms; room++)
            {
                var there = now >= arrive[room] && now < leave[room];
                Present[room][minute] = there;
                anybody |= there;
                // What people give towards a level that ventilation holds, approached with a time constant of half an hour.
                var level = 420 + (there ? room switch { 0 => 420, 1 => 1500, _ => 600 } * (0.7 + 0.6 * mood) : 0);
                air[room] += (level - air[room]) / 30;
                Co2[room][minute] = Math.Round(air[room] + 10 * random.NextDouble(), 1);
                var heated = local.Month is <= 4 or >= 11 ? there ? 20.5 : 17 : 0;
                Temperature[room][minute] = Math.Round(heated > 0 ? heated + 0.6 * mood : Math.Max(21, 23 + 0.35 * (Outdoor[minute] - 18)) + 0.3 * room, 2);
            }
            Energy[minute] = Math.Round((anybody ? 4.2 : 0.9) + 0.25 * Math.Max(0, 15 - Outdoor[minute]) * (anybody ? 1 : 0.4), 3) / 60;
            Water[minute] = leak && now is >= 30 and < 200 ? 0.0005 : anybody && random.Next(10) == 0 ? 0.006 : 0;
            register += Energy[minute];
            // The new meter of 15 September begins at twelve.
            if (local is { Month: 9, Day: 15, Hour: 11, Minute: 0 }) register = 12;
            Register[minute] = register;
        }
    }

    internal int Minutes { get; }

    /// <summary>Local time at which each minute begins.</summary>
    internal DateTime[] Local { get; }

    internal bool[][] Present { get; }

    internal double[][] Co2 { get; }

    internal double[][] Temperature { get; }

    /// <summary>kWh in each minute.</summary>
    internal double[] Energy { get; }

    /// <summary>m³ in each minute.</summary>
    internal double[] Water { get; }

    internal double[] Outdoor { get; }

    internal double[] Register { get; }

    internal static DateTime Utc(int minute) => Zero.AddMinutes(minute);

    internal static bool IsOpenDay(DateTime local) =>
        local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Holidays.Contains(DateOnly.FromDateTime(local));

    internal static bool IsOpen(DateTime local) => IsOpenDay(local) && local.Hour is >= 8 and < 18;

    internal bool IsGatewayOff(int minute) => Local[minute] is { Month: 3, Day: 11 };

    internal bool IsCo2Unplugged(int room, int minute) => IsGatewayOff(minute) || room == 2 && Local[minute] is { Month: 5, Day: >= 1 and <= 20 };
}
