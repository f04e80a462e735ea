using System.Buffers;
using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Influx;

public class LineProtocolTests
{
    private static readonly Instant Start = new(1_795_287_600_000);
    private static readonly Series Energy = new("main.energy.active.import", "energy.active.import", "kWh", PointKind.Counter, "main", "storey-1");
    private static readonly Series Co2 = new("room-2.co2", "co2", "ppm", PointKind.Gauge, "room-2", null);

    [Fact]
    public void Counter_window_is_written_as_documented() => Assert.Equal(
        "window,centre=lyon,device=main,length=15m,place=storey-1,point=main.energy.active.import,quantity=energy.active.import,unit=kWh "
        + "count=900i,coverage=0.9975,last=1234.567,max=1234.567,min=1230.1,delta=4.467,revision=0i,seq=12i 1795287600000000000\n",
        Line(12, Window(Energy, WindowKind.QuarterHour, 900, min: 1230.1, max: 1234.567, mean: double.NaN, last: 1234.567, delta: 4.467, coverage: 0.9975)));

    [Fact]
    public void Gauge_window_without_place_is_written_as_documented() => Assert.Equal(
        "window,centre=lyon,device=room-2,length=1m,point=room-2.co2,quantity=co2,unit=ppm "
        + "count=60i,coverage=1,last=612,max=640.5,mean=618.25,min=-0,revision=3i,seq=7i 1795287600000000000\n",
        Line(7, Window(Co2, WindowKind.Minute, 60, min: -0.0, max: 640.5, mean: 618.25, last: 612, delta: double.NaN, coverage: 1, revision: 3)));

    [Fact]
    public void Empty_window_keeps_its_integers_and_coverage() => Assert.Equal(
        "window,centre=lyon,device=room-2,length=1h,point=room-2.co2,quantity=co2,unit=ppm "
        + "count=0i,coverage=0,revision=0i,seq=1i 1795287600000000000\n",
        Line(1, Window(Co2, WindowKind.Hour, 0, double.NaN, double.PositiveInfinity, double.NaN, double.NegativeInfinity, double.NaN, 0)));

    [Fact]
    public void Unit_outside_ascii_is_utf8() => Assert.Contains(",unit=µg/m³ ",
        Line(1, Window(Co2 with { Unit = "µg/m³" }, WindowKind.Day, 1, 1, 1, 1, 1, double.NaN, 1)));

    [Theory]
    [InlineData("presence"), InlineData("people"), InlineData("desks.occupied"), InlineData("desks.offered")]
    public void A_minute_of_occupancy_says_its_sequence_and_no_figure_while_a_quarter_hour_says_all(string quantity)
    {
        var hall = Co2 with { Name = $"hall.{quantity}", Quantity = quantity, Unit = "1" };
        Assert.Equal($"withheld,centre=lyon,length=1m,point=hall.{quantity} seq=7i 1795287600000000000\n",
            Line(7, Window(hall, WindowKind.Minute, 60, 1, 3, 2.5, 3, double.NaN, 1)));
        Assert.StartsWith("window,", Line(8, Window(hall, WindowKind.QuarterHour, 60, 1, 3, 2.5, 3, double.NaN, 1)));
    }

    [Fact]
    public void Incident_is_written_as_documented() => Assert.Equal(
        "incident,centre=lyon,kind=rateImplausible,subject=main.energy.active.import "
        + "text=\"Register went from 215.7 to 0, \\\"then\\\" 215.7 C:\\\\x␊end\",value=0,seq=1000013i 1795287600250000013\n",
        Line(1_000_013, new IncidentFact(new Incident(new Instant(1_795_287_600_250), IncidentKind.RateImplausible, "main.energy.active.import",
            "Register went from 215.7 to 0, \"then\" 215.7 C:\\x\nend", 0))));

    [Fact]
    public void Incidents_of_one_kind_subject_and_millisecond_stay_two_and_repeat_bit_by_bit()
    {
        var incident = new IncidentFact(new Incident(Start, IncidentKind.Glitch, "main", "one"));
        var times = new[] { 41L, 42L, 41L }.Select(sequence => ParsedLine.Parse(Line(sequence, incident).TrimEnd('\n')).Time).ToArray();
        Assert.NotEqual(times[0], times[1]);
        Assert.Equal(times[0], times[2]);
        Assert.All(times, time => Assert.Equal(Start.UnixMilliseconds, time / 1_000_000));
    }

    [Fact]
    public void Record_is_written_as_documented() => Assert.Equal(
        "record,centre=lyon,kind=entry,subject=waste.residual json=\"{\\\"value\\\":12.5,\\\"unit\\\":\\\"kg\\\"}\",seq=1000014i 1795287600000000014\n",
        Line(1_000_014, new RecordFact(Start, RecordKind.Entry, "waste.residual", """{"value":12.5,"unit":"kg"}""")));

    [Fact]
    public void Verdict_says_its_figures_beside_its_text()
    {
        var verdict = new Verdict
        {
            Criterion = "AQ-1", Period = Period.Containing(PeriodKind.Month, new DateOnly(2026, 11, 1)), Profile = "p 1", Level = VerdictLevel.Undetermined,
            IsFinal = true, Finding = new Finding(0.5, "1", []), Coverage = new VerdictCoverage(4, 3, [1, 0, 0, 0], 0.9), Step = TimeSpan.FromMinutes(10),
        };
        var line = Assert.Single(ParsedLine.ParseAll(Encoding.UTF8.GetBytes(Line(7, VerdictJson.ToFact(verdict, Start)))));
        Assert.Equal(["centre=lyon", "kind=verdict", "period=month", "subject=AQ-1"], line.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Equal((-1.0, 0.5, 0.75), (line.Fields["level"], line.Fields["value"], line.Fields["coverage"]));
        Assert.Equal(VerdictJson.Write(verdict), line.Fields["json"]);
    }

    [Fact]
    public void Every_kind_of_record_has_a_word_of_its_own_and_its_text_reads_back()
    {
        var kinds = Enum.GetValues<RecordKind>();
        var read = kinds.Select(kind => Assert.Single(ParsedLine.ParseAll(Encoding.UTF8.GetBytes(
            Line(3, new RecordFact(Start, kind, "air 1", """{"note":"a \"b\" \\ c, d=é"}""")))))).ToArray();
        Assert.Equal(kinds.Length, read.Select(line => line.Tags.Single(tag => tag.Key == "kind").Value).Distinct().Count());
        Assert.All(read, line => Assert.Equal("""{"note":"a \"b\" \\ c, d=é"}""", line.Fields["json"]));
        Assert.All(read, line => Assert.Equal(("record", 3L), (line.Measurement, line.Fields["seq"])));
    }

    [Fact]
    public void Unknown_fact_is_a_bug_that_names_itself()
    {
        var problem = Assert.Throws<ArgumentException>(() => Line(5, new StrangeFact()));
        Assert.Contains("entry 5 is a StrangeFact", problem.Message);
    }

    [Fact]
    public void Any_name_and_number_reads_back_from_a_single_line_with_sorted_tags()
    {
        // Goal: no name, however hostile, breaks a line or changes another tag, and no number loses a bit. Method: random entries, read back.
        const int seed = 20_261_121;
        var random = new Random(seed);
        for (var round = 0; round < 3_000; round++)
        {
            var series = new Series(Hostile(random, 1), Hostile(random, 1), Hostile(random, 1), PointKind.Gauge, Hostile(random, 1),
                random.Next(3) == 0 ? null : Hostile(random, 0));
            var centre = Hostile(random, 1);
            var fact = (WindowFact)Window(series, (WindowKind)random.Next(1, 5), random.Next(), Number(random), Number(random), Number(random),
                Number(random), Number(random), random.NextDouble(), random.Next());
            var sequence = random.NextInt64(1, long.MaxValue);
            var line = Line(sequence, fact, centre);
            try
            {
                AssertSame(fact, sequence, centre, line);
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"Seed {seed}, round {round}: {line}", problem);
            }
        }
    }

    [Fact]
    public void Any_incident_text_reads_back_from_a_single_line()
    {
        const int seed = 7;
        var random = new Random(seed);
        for (var round = 0; round < 3_000; round++)
        {
            var incident = new Incident(Start, IncidentKind.Gap, Hostile(random, 0), Hostile(random, 0), Number(random));
            var line = Line(round, new IncidentFact(incident));
            var read = Assert.Single(ParsedLine.ParseAll(Encoding.UTF8.GetBytes(line)));
            Assert.True(Visible(incident.Text) == (string)read.Fields["text"], $"Seed {seed}, round {round}: {line}");
            Assert.Equal(double.IsFinite(incident.Value), read.Fields.ContainsKey("value"));
        }
    }

    [Fact]
    public void Appending_allocates_nothing()
    {
        var destination = new ArrayBufferWriter<byte>(1 << 20);
        var entries = new LogEntry[] { new(1, Window(Co2, WindowKind.Minute, 60, 1.5, 2.25, 1.75, 2, 0.1, 0.5)),
            new(2, new IncidentFact(new Incident(Start, IncidentKind.Glitch, "main", "°C was wrong", 1.25))) };
        foreach (var entry in entries) LineProtocol.Append(destination, "lyon", entry);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
            foreach (var entry in entries) LineProtocol.Append(destination, "lyon", entry);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertSame(WindowFact fact, long sequence, string centre, string line)
    {
        var read = Assert.Single(ParsedLine.ParseAll(Encoding.UTF8.GetBytes(line)));
        Assert.Equal("window", read.Measurement);
        Assert.Equal(read.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal), read.Tags);
        var (series, aggregate) = (fact.Series, fact.Aggregate);
        var expected = new Dictionary<string, string>
        {
            ["centre"] = Named(centre), ["device"] = Named(series.Device), ["point"] = Named(series.Name),
            ["quantity"] = Named(series.Quantity), ["unit"] = Named(series.Unit),
            ["length"] = new[] { "10s", "1m", "15m", "1h", "1d" }[(int)aggregate.Kind],
        };
        if (!string.IsNullOrEmpty(series.Place)) expected["place"] = Named(series.Place);
        Assert.Equal(expected, read.Tags.ToDictionary());
        Assert.Equal(aggregate.Count, (long)read.Fields["count"]);
        Assert.Equal(aggregate.Revision, (long)read.Fields["revision"]);
        Assert.Equal(sequence, (long)read.Fields["seq"]);
        Assert.Equal(aggregate.Window.Start.UnixMilliseconds * 1_000_000, read.Time);
        foreach (var (name, value) in new[] { ("coverage", aggregate.Coverage), ("last", aggregate.Last), ("max", aggregate.Max),
            ("mean", aggregate.Mean), ("min", aggregate.Min), ("delta", aggregate.Delta) })
            Assert.Equal<long?>(double.IsFinite(value) ? BitConverter.DoubleToInt64Bits(value) : null,
                read.Fields.TryGetValue(name, out var found) ? BitConverter.DoubleToInt64Bits(Assert.IsType<double>(found)) : null);
    }

    private static string Named(string name) => Visible(name).Replace('\\', '＼');

    private static string Visible(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.Value < 0x20 ? ((char)(0x2400 + rune.Value)).ToString() : rune.Value == 0x7F ? "␡" : rune.ToString()));

    private static string Hostile(Random random, int lengthMin)
    {
        const string letters = "ab.-09 ,=\\\"\n\r\t\0\u007Fé°³漢\u2028#'\uD83D\uDE00\uD800_";
        return string.Concat(Enumerable.Range(0, random.Next(lengthMin, 12)).Select(_ => letters[random.Next(letters.Length)]));
    }

    private static double Number(Random random) => random.Next(6) switch
    {
        0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
        1 => random.Next(-1000, 1000),
        2 => random.NextDouble() * 1e6,
        3 => Math.ScaleB(1, random.Next(40, 70)) + random.Next(3),
        4 => new[] { 0.0, -0.0, double.NaN, double.MaxValue, double.MinValue, double.Epsilon }[random.Next(6)],
        _ => Math.Round(random.NextDouble() * 1e5, 3),
    };

    private static LogFact Window(Series series, WindowKind kind, int count, double min, double max, double mean, double last, double delta,
        double coverage, int revision = 0) =>
        new WindowFact(
            series, new Aggregate(default, kind, new Window(Start, TimeSpan.FromMinutes(1)), revision, count, min, max, mean, last, delta, coverage));

    private static string Line(long sequence, LogFact fact, string centre = "lyon")
    {
        var destination = new ArrayBufferWriter<byte>();
        LineProtocol.Append(destination, centre, new LogEntry(sequence, fact));
        return Encoding.UTF8.GetString(destination.WrittenSpan);
    }

    private sealed record StrangeFact() : LogFact(default(Instant));
}
