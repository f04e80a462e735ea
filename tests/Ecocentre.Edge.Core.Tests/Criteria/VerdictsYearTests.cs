using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Core.Tests.Criteria;

/// <summary>Goal: a year through the engine ends with the verdicts that a second reckoning gives, straight from the truth. Method: windows of
/// <see cref="TruthYear"/> feed the label's own profile; each number is reckoned again below by plain loops over minutes, which share no line with the
/// kinds.</summary>
public sealed class VerdictsYearTests(ITestOutputHelper output)
{
    private const int Seed = 20260101;

    /// <summary>Engine, and the beginnings of the digests of the profile and of what the engine said by it.</summary>
    private static readonly (int Engine, string Profile, string Verdicts) Pinned = (2, "952e7d8e3a99995b", "18a40ddbb56b1dbd");

    private static readonly Period Year = Period.Containing(PeriodKind.Year, TruthYear.First);

    [Fact]
    public void A_simulated_year_is_judged_as_its_truth_says()
    {
        output.WriteLine($"seed {Seed}");
        var truth = new TruthYear(Seed);
        var (engine, records) = Live(truth);
        var label = engine.Label(Year);
        var verdicts = label.Verdicts.ToDictionary(v => v.Criterion);
        foreach (var verdict in label.Verdicts)
            output.WriteLine($"{verdict.Criterion} {verdict.Level} {verdict.Finding.Value:0.####} {verdict.Finding.Cause} {verdict.Finding.Text}");

        Assert.All(label.Verdicts, v => Assert.True(v.IsFinal));
        HoldsCo2(truth, verdicts["AQ-1"]);
        HoldsStuffiness(truth, verdicts["AQ-2"]);
        HoldsTemperature(truth, verdicts["TH-1"]);
        HoldsEnergy(truth, verdicts["EN-4"], verdicts["EN-8"]);
        Assert.Equal(LeakNights(truth), verdicts["WA-2"].Finding.Value);
        // The swap costs no closure. The office's CO2 is known for 344 of 365 days, less than the 95 % of level 3.
        Assert.Equal(VerdictLevel.Level2, verdicts["EV-1"].Level);
        Assert.Contains("the least known 94.2 %; registers close within 0 %", verdicts["EV-1"].Finding.Text);
        Assert.Equal(VerdictLevel.NotApplicable, verdicts["AQ-4"].Level);
        Assert.Equal(VerdictLevel.Undetermined, verdicts["EV-3"].Level);
        Assert.Contains("AQ-2", label.CappedBy);

        // 20 of 31 days of May without the office's CO2: the month of a room that weighs 29 % is not decided, though the others are fine.
        var may = engine.Label(Period.Containing(PeriodKind.Month, new DateOnly(2026, 5, 1))).Verdicts.Single(v => v.Criterion == "AQ-1");
        Assert.Equal((VerdictLevel.Undetermined, "office"), (may.Level, may.Finding.Cause));
        // The records made day by day say the same as judging at the end, and nothing was told twice.
        var recorded = records.Select(r => VerdictJson.Read(r.Json)!).Where(v => v.Period == Year).ToArray();
        Assert.Equal(label.Verdicts.Select(VerdictJson.Write), recorded.Select(VerdictJson.Write));
        HoldsEngine(records);
    }

    /// <summary>The year's verdicts, all their words and figures, under the engine's number: arithmetic that changes unnoticed would make honest verdicts look
    /// forged.</summary>
    private static void HoldsEngine(List<RecordFact> records)
    {
        // Nine digits: another processor reckons logarithms a little differently.
        var told = string.Join('\n', records.Select(record => Regex.Replace(record.Json, @"-?\d+\.\d+(E[+-]?\d+)?",
            number => double.Parse(number.Value, CultureInfo.InvariantCulture).ToString("G9", CultureInfo.InvariantCulture))));
        var profile = File.ReadAllText(Path.Combine(LabelProfileFileTests.Folder, "ecocentre-v1.json"));
        static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
        var now = (JudgingEngine.Version, Digest(profile), Digest(told));
        Assert.True(now == Pinned, now.Item2 == Pinned.Profile && now.Version == Pinned.Engine
            ? $"Verdicts of the same year are not what they were. If judging was meant to change, raise JudgingEngine.Version and pin {now}."
            : $"The label's profile or the engine's number changed: pin {now}.");
    }

    /// <summary>Shares of occupied ten minutes within outdoor air (400 ppm, nobody measures it) and so much more, room by room.</summary>
    private static void HoldsCo2(TruthYear truth, Verdict verdict)
    {
        double[] above = [1350, 800, 550];
        for (var level = 0; level < 3; level++)
        {
            double met = 0, worst = 1;
            for (var room = 0; room < TruthYear.Rooms; room++)
            {
                var values = TenMinutes(truth, room).Where(v => !double.IsNaN(v)).ToArray();
                var share = (double)values.Count(v => v <= 400 + above[level]) / values.Length;
                if (share >= 0.95) met += TruthYear.Areas[room];
                worst = Math.Min(worst, share);
            }
            Assert.Equal(worst, verdict.Finding.Levels[level].Value, 12);
            Assert.Equal(met >= 0.95 * TruthYear.Areas.Sum() ? Outcome.Met : Outcome.NotMet, verdict.Finding.Levels[level].Outcome);
        }
        Assert.Equal(Enumerable.Range(0, TruthYear.Rooms).Sum(room => TenMinutes(truth, room).Count()), verdict.Coverage.Expected);
        Assert.Equal(Enumerable.Range(0, TruthYear.Rooms).Sum(room => TenMinutes(truth, room).Count(v => !double.IsNaN(v))), verdict.Coverage.Valid);
    }

    /// <summary>The nearest-rank 90th percentile of the rounded weeks with 20 occupied hours of each room; the worst room.</summary>
    private static void HoldsStuffiness(TruthYear truth, Verdict verdict)
    {
        var worst = 0.0;
        for (var room = 0; room < TruthYear.Rooms; room++)
        {
            var weeks = TenMinuteSlots(truth, room).Where(s => !double.IsNaN(s.Value))
                .GroupBy(s => System.Globalization.ISOWeek.GetYear(s.Local) * 100 + System.Globalization.ISOWeek.GetWeekOfYear(s.Local))
                .Where(g => g.Count() * 10 >= 20 * 60)
                .Select(g =>
                {
                    var medium = (double)g.Count(s => s.Value is > 1000 and <= 1700) / g.Count();
                    var high = (double)g.Count(s => s.Value > 1700) / g.Count();
                    return Math.Round(2.5 / Math.Log10(2) * Math.Log10(1 + medium + 3 * high), MidpointRounding.AwayFromZero);
                }).Order().ToArray();
            if (weeks.Length > 0) worst = Math.Max(worst, weeks[(int)Math.Ceiling(0.9 * weeks.Length) - 1]);
            else
            {
                var all = TenMinutes(truth, room).Where(v => !double.IsNaN(v)).ToArray();
                var (medium, high) = ((double)all.Count(v => v is > 1000 and <= 1700) / all.Length, (double)all.Count(v => v > 1700) / all.Length);
                worst = Math.Max(worst, Math.Round(2.5 / Math.Log10(2) * Math.Log10(1 + medium + 3 * high), MidpointRounding.AwayFromZero));
            }
        }
        Assert.Equal(worst, verdict.Finding.Value);
        Assert.Equal("meeting", verdict.Finding.Cause);
        Assert.Equal(
            worst <= 1 ? VerdictLevel.Level3 : worst <= 2 ? VerdictLevel.Level2 : worst <= 3 ? VerdictLevel.Level1 : VerdictLevel.NotMet, verdict.Level);
    }

    /// <summary>Occupied hours of level 1: 19 to 25 °C from 1 October to 20 May, 22 to 27 °C else, 95 % of each.</summary>
    private static void HoldsTemperature(TruthYear truth, Verdict verdict)
    {
        var worst = 1.0;
        for (var room = 0; room < TruthYear.Rooms; room++)
        {
            int heatingGood = 0, heating = 0, coolingGood = 0, cooling = 0;
            foreach (var (from, local) in Hours(truth))
            {
                if (!IsOccupied(truth, room, from, 60) || truth.IsGatewayOff(from)) continue;
                var mean = Sum(truth.Temperature[room], from, 60) / 60;
                var day = local.Month * 100 + local.Day;
                if (day is >= 1001 or <= 520) (heating, heatingGood) = (heating + 1, heatingGood + (mean is >= 19 and <= 25 ? 1 : 0));
                else (cooling, coolingGood) = (cooling + 1, coolingGood + (mean is >= 22 and <= 27 ? 1 : 0));
            }
            worst = Math.Min(worst, Math.Min((double)heatingGood / heating, (double)coolingGood / cooling));
        }
        Assert.Equal(worst, verdict.Finding.Value, 9);
    }

    /// <summary>All energy the meters counted, and of it that of hours in which nobody was in any room. What was used while the gateway was off is counted
    /// in the first window after it, at midnight, when nobody is there.</summary>
    private static void HoldsEnergy(TruthYear truth, Verdict outOfHours, Verdict carbon)
    {
        double total = 0, alone = 0, gap = 0;
        foreach (var (from, _) in Hours(truth))
        {
            var energy = Sum(truth.Energy, from, 60);
            total += energy;
            if (truth.IsGatewayOff(from)) gap += energy;
            else if (!Enumerable.Range(0, TruthYear.Rooms).Any(room => IsOccupied(truth, room, from, 60))) alone += energy;
        }
        Assert.Equal((alone + gap) / total, outOfHours.Finding.Value, 9);
        Assert.Equal(total * 0.052 / TruthYear.Areas.Sum(), carbon.Finding.Value, 9);
    }

    private static int LeakNights(TruthYear truth)
    {
        var nights = 0;
        foreach (var day in Enumerable.Range(0, truth.Minutes).Where(m => truth.Local[m].Hour < 5 && !truth.IsGatewayOff(m)).GroupBy(m => truth.Local[m].Date))
        {
            var (run, longest) = (0, 0);
            foreach (var quarter in day.Order().Chunk(15))
            {
                run = quarter.Any(m => truth.Water[m] > 0) ? run + 15 : 0;
                longest = Math.Max(longest, run);
            }
            if (longest >= 120) nights++;
        }
        return nights;
    }

    private static IEnumerable<double> TenMinutes(TruthYear truth, int room) => TenMinuteSlots(truth, room).Select(s => s.Value);

    /// <summary>Occupied ten minutes with their mean, NaN while the sensor was silent.</summary>
    private static IEnumerable<(DateTime Local, double Value)> TenMinuteSlots(TruthYear truth, int room)
    {
        for (var from = 0; from < truth.Minutes; from += 10)
            if (IsOccupied(truth, room, from, 10))
                yield return (truth.Local[from],
                    truth.IsCo2Unplugged(room, from) ? double.NaN : Sum(truth.Co2[room], from, 10) / 10);
    }

    private static IEnumerable<(int From, DateTime Local)> Hours(TruthYear truth)
    {
        for (var from = 0; from < truth.Minutes; from += 60) yield return (from, truth.Local[from]);
    }

    /// <summary>Somebody for a tenth of the time, by quarter hours at the finest; while the gateway was off, opening hours.</summary>
    private static bool IsOccupied(TruthYear truth, int room, int from, int minutes)
    {
        if (minutes % 15 != 0) (from, minutes) = (from - from % 15, 15);
        return truth.IsGatewayOff(from)
            ? TruthYear.IsOpen(truth.Local[from]) : Count(truth.Present[room], from, minutes) >= 0.1 * minutes;
    }

    private static (Verdicts Engine, List<RecordFact> Records) Live(TruthYear truth)
    {
        var (profile, mistakes) = LabelProfileFileTests.Load(
            File.ReadAllText(Path.Combine(LabelProfileFileTests.Folder, "ecocentre-v1.json")), "ecocentre-v1.json");
        Assert.True(profile is not null, string.Join('\n', mistakes));
        var engine = new Verdicts(profile, Centre());
        var ledger = new VerdictLedger(engine);
        var records = new List<RecordFact>();
        var feeds = engine.Feeds.Select(f => (f.Point, Minutes: f.Kind == WindowKind.Minute ? 1 : 15, f.Kind)).ToArray();
        var owed = new Dictionary<string, double>();
        engine.Accept(new LogEntry(1, new SwapRecord
        {
            Device = "main", When = At(Enumerable.Range(0, truth.Minutes).First(m => truth.Local[m] is { Month: 9, Day: 15, Hour: 11 })), Author = "a", Reason = "calibration ran out",
        }.ToFact()));
        for (var minute = 0; minute < truth.Minutes; minute += 15)
        {
            foreach (var (point, length, kind) in feeds)
                for (var from = minute; from < minute + 15; from += length)
                    if (Window(truth, point, kind, from, length, owed) is { } window) engine.Accept(point, window);
            if (truth.Local[minute] is not { Hour: 0, Minute: 15 }) continue;
            engine.Advance(At(minute + 15));
            records.AddRange(ledger.TakeDue());
        }
        engine.Advance(At(truth.Minutes) + Verdicts.SettleTime);
        records.AddRange(ledger.TakeDue());
        return (engine, records);
    }

    private static Aggregate? Window(TruthYear truth, string point, WindowKind kind, int from, int length, Dictionary<string, double> owed)
    {
        var room = Array.IndexOf(TruthYear.Names, point.Split('.')[0]);
        var quantity = point.Split('.')[^1];
        var window = new Window(At(from), TimeSpan.FromMinutes(length));
        var isOff = truth.IsGatewayOff(from) || quantity == "co2" && truth.IsCo2Unplugged(room, from);
        if (quantity is "import" or "water")
        {
            var growth = owed.GetValueOrDefault(point) + Sum(quantity == "import" ? truth.Energy : truth.Water, from, length);
            owed[point] = isOff ? growth : 0;
            return isOff ? null : new Aggregate(
                default, kind, window, 0, length, double.NaN, double.NaN, double.NaN, quantity == "import" ? truth.Register[from + length - 1] : 0, growth, 1);
        }
        if (isOff) return null;
        var values = quantity == "co2" ? truth.Co2[room] : room < 0 ? truth.Outdoor : truth.Temperature[room];
        var mean = quantity == "presence" ? (double)Count(truth.Present[room], from, length) / length : Sum(values, from, length) / length;
        return new Aggregate(default, kind, window, 0, length, mean, mean, mean, mean, double.NaN, 1);
    }

    private static double Sum(double[] values, int from, int length)
    {
        var sum = 0.0;
        for (var i = from; i < from + length; i++) sum += values[i];
        return sum;
    }

    private static int Count(bool[] values, int from, int length)
    {
        var count = 0;
        for (var i = from; i < from + length; i++) count += values[i] ? 1 : 0;
        return count;
    }

    private static Instant At(int minute) => Instant.From(new DateTimeOffset(TruthYear.Utc(minute), TimeSpan.Zero));

    private static CentreFacts Centre()
    {
        var points = new List<Series>
        {
            new("main.import", "energy.active.import", "kWh", PointKind.Counter, "main", null), new("mains.water", "water", "m³", PointKind.Counter, "mains", null),
            new("roof.temperature", "temperature", "°C", PointKind.Gauge, "roof", null),
        };
        foreach (var room in TruthYear.Names)
        {
            points.Add(new Series($"{room}.co2", "co2", "ppm", PointKind.Gauge, room, room));
            points.Add(new Series($"{room}.temperature", "temperature", "°C", PointKind.Gauge, room, room));
            points.Add(new Series($"{room}.presence", "presence", "1", PointKind.State, room, room));
        }
        var weekly = Enumerable.Range(1, 5).Select(day => new OpenStretch((DayOfWeek)day, TimeSpan.FromHours(8), TimeSpan.FromHours(18)));
        return new CentreFacts
        {
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"), Points = [.. points], Opening = new OpeningHours([.. weekly], [.. TruthYear.Holidays]),
            Spaces = [.. TruthYear.Names.Select((n, i) => new Space(n, n, null) { AreaSquareMetres = TruthYear.Areas[i], HeightMetres = 2.7, PeopleMax = 6 })],
            Roles = new Dictionary<string, ImmutableArray<string>>
            {
                ["main"] = ["main.import"], ["water"] = ["mains.water"], ["outdoorTemperature"] = ["roof.temperature"],
            }.ToImmutableDictionary(),
        };
    }
}
