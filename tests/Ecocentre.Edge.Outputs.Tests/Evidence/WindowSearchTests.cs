using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence;

public sealed class WindowSearchTests : IDisposable
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private readonly Scratch _scratch = new();
    private readonly Series[] _plant = Facts.Plant(3);

    public void Dispose() => _scratch.Dispose();

    /// <summary>A log as gateways leave it (restarts, a disk that was full, incidents at any time, late revisions), asked at random and held
    /// against reading all of it.</summary>
    [Theory]
    [InlineData(WindowKind.Minute)]
    [InlineData(WindowKind.QuarterHour)]
    [InlineData(WindowKind.Hour)]
    [InlineData(WindowKind.Day)]
    public void Found_is_what_reading_everything_finds(WindowKind kind)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var log = Open();
        Live(log, TimeSpan.FromHours(kind == WindowKind.Minute ? 15 : 24 * 6), random, minutes: kind == WindowKind.Minute);
        var all = log.Read(0, int.MaxValue).Select(e => e.Fact).OfType<WindowFact>().Where(f => f.Aggregate.Kind == kind).ToArray();
        Assert.NotEmpty(all);
        for (var question = 0; question < 40; question++)
        {
            var from = Facts.Start + TimeSpan.FromMinutes(random.Next(-600, 60 * 24 * 6));
            var to = from + TimeSpan.FromMinutes(random.Next(1, 60 * 24 * 4));
            var point = _plant[random.Next(_plant.Length)].Name;
            var max = random.Next(1, 400);
            var expected = all.Where(f => f.Series.Name == point && f.At >= from && f.At < to).GroupBy(f => f.At)
                .Select(same => same.MaxBy(f => f.Aggregate.Revision)!).OrderBy(f => f.At).ToArray();
            Assert.True(expected.SequenceEqual(Ask(log, new WindowQuery(point, kind, from, to, Zone, max))),
                $"seed {seed}, question {question}: {kind} of {point} from {from} to {to}, {max} at a time");
        }
    }

    [Fact]
    public void Point_that_never_was_has_no_windows_and_an_end()
    {
        using var log = Open();
        Live(log, TimeSpan.FromDays(1), new Random(1), minutes: false);
        Assert.Equal([], Ask(log, new WindowQuery("nobody.co2", WindowKind.Hour, Facts.Start, Facts.Start + TimeSpan.FromDays(3), Zone, 10)));
    }

    [Fact]
    public void Incidents_come_newest_first_and_page_by_page()
    {
        using var log = Open();
        Live(log, TimeSpan.FromHours(20), new Random(2), minutes: true);
        var all = log.Read(0, int.MaxValue).Where(e => e.Fact is IncidentFact).Reverse().ToArray();
        Assert.True(all.Length > 10);
        var found = new List<LogEntry>();
        long? before = long.MaxValue;
        while (before is { } sequence)
        {
            var run = log.Incidents(sequence, 7);
            Assert.True(run.Incidents.Count <= 7);
            found.AddRange(run.Incidents);
            before = run.Next;
        }
        Assert.Equal(all, found);
    }

    private static List<WindowFact> Ask(EvidenceLog log, WindowQuery query)
    {
        var found = new List<WindowFact>();
        for (Instant? from = query.From; from is { } start;)
        {
            var run = log.Windows(query with { From = start });
            Assert.True(run.Windows.Count <= query.WindowsMax);
            Assert.True(run.Next is null || run.Next > start);
            found.AddRange(run.Windows);
            from = run.Next;
        }
        return found;
    }

    private EvidenceLog Open() => EvidenceLog.Open(_scratch.File("log.db"), "lyon-1", LogOptions.Default, Facts.Start);

    /// <summary>Appends as the recorder does: each window with the step after its end, revisions two minutes later, and after a silence everything
    /// that was kept.</summary>
    private void Live(EvidenceLog log, TimeSpan time, Random random, bool minutes)
    {
        var kept = new List<LogFact>();
        var (silentUntil, lived) = (Facts.Start, true);
        for (var minute = 1; minute <= time.TotalMinutes; minute++)
        {
            var now = Facts.Start + TimeSpan.FromMinutes(minute);
            if (lived || now >= silentUntil)
            {
                if (minutes) kept.AddRange(Facts.Windows(_plant, WindowKind.Minute, now - TimeSpan.FromMinutes(1), random));
                if (minutes && random.Next(5) == 0) kept.AddRange(Revised(now - TimeSpan.FromMinutes(3), random));
                var settled = now - TimeSpan.FromMinutes(3);
                if (settled == Window.Containing(settled, TimeSpan.FromMinutes(15)).Start) kept.AddRange(Ended(WindowKind.QuarterHour, settled, random));
                if (settled == Window.Containing(settled, TimeSpan.FromHours(1)).Start) kept.AddRange(Ended(WindowKind.Hour, settled, random));
                if (settled == LocalDay.Containing(settled, Zone).Start) kept.AddRange(Ended(WindowKind.Day, settled, random));
                if (random.Next(90) == 0) kept.Add(Facts.Incident(now, $"Incident of minute {minute}."));
            }
            if (now < silentUntil) continue;
            if (kept.Count > 0) log.Append(kept, [], now);
            kept.Clear();
            if (random.Next(300) != 0) continue;
            // Either the disk is full and all is kept meanwhile, or the gateway is off and nothing is lived through.
            (silentUntil, lived) = (now + TimeSpan.FromMinutes(random.Next(1, 200)), random.Next(2) == 0);
        }
    }

    private IEnumerable<LogFact> Ended(WindowKind kind, Instant end, Random random)
    {
        var length = kind switch
        {
            WindowKind.QuarterHour => TimeSpan.FromMinutes(15),
            WindowKind.Hour => TimeSpan.FromHours(1),
            _ => end - LocalDay.Containing(end - TimeSpan.FromHours(1), Zone).Start,
        };
        return Facts.Windows(_plant, kind, end - length, random);
    }

    private IEnumerable<LogFact> Revised(Instant start, Random random) =>
        Facts.Windows(_plant, WindowKind.Minute, start, random).Cast<WindowFact>()
            .Select(fact => new WindowFact(fact.Series, fact.Aggregate with { Revision = 1 }));
}
