using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Archive;

public sealed class EvidenceHistoryTests : IDisposable
{
    private readonly Scratch _scratch = Scratch.InMemory();

    public void Dispose() => _scratch.Dispose();

    /// <summary>A life of days is asked at random, with a log that keeps all and with one that forgot what is sealed, and held against what was
    /// appended.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Archive_and_log_answer_as_a_plain_list_would(bool forgetting)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var options = new LogOptions { Keep = TimeSpan.Zero, EvidenceKeep = TimeSpan.Zero, RestoreKeep = TimeSpan.FromHours(30) };
        using var life = new SealedLife(_scratch, seed, options: forgetting ? options : null);
        life.Log.HoldAfter(0);
        life.Live(TimeSpan.FromDays(6));
        life.SealDue();
        life.Live(TimeSpan.FromHours(5), sealing: false);
        if (forgetting) Assert.True(Forget(life) > 1, $"seed {seed}: the log forgot nothing");
        var history = new EvidenceHistory(life.Log, life.Archive);
        var all = life.Appended.Select(e => e.Fact).OfType<WindowFact>().ToArray();
        for (var question = 0; question < 60; question++)
        {
            var kind = (WindowKind)random.Next(1, 5);
            var from = Facts.Start + TimeSpan.FromMinutes(random.Next(-600, 60 * 24 * 7));
            var to = from + TimeSpan.FromMinutes(random.Next(1, 60 * 24 * 5));
            var (point, max) = (life.Plant[random.Next(life.Plant.Length)].Name, random.Next(1, 300));
            var expected = all.Where(f => f.Series.Name == point && f.Aggregate.Kind == kind && f.At >= from && f.At < to).GroupBy(f => f.At)
                .Select(same => same.Last(f => f.Aggregate.Revision == same.Max(one => one.Aggregate.Revision))).OrderBy(f => f.At).ToArray();
            var found = Ask(history, new WindowQuery(point, kind, from, to, SealedLife.Zone, max));
            Assert.True(expected.Select(Key).SequenceEqual(found.Select(Key)),
                $"seed {seed}, question {question}: {kind} of {point} from {from} to {to}, {max} at a time: "
                    + $"{found.Count} where {expected.Length} were to come");
            Assert.All(expected.Zip(found), pair => Assert.True(IsSame(pair.First.Aggregate, pair.Second.Aggregate, kind), $"seed {seed}: {pair}"));
        }
    }

    [Fact]
    public void Incidents_go_on_in_the_archive_where_the_log_ends()
    {
        var options = new LogOptions { Keep = TimeSpan.Zero, EvidenceKeep = TimeSpan.FromHours(1), RestoreKeep = TimeSpan.FromHours(1) };
        using var life = new SealedLife(_scratch, 7, options: options);
        life.Log.HoldAfter(0);
        life.Live(TimeSpan.FromDays(4));
        life.SealDue();
        Forget(life);
        var all = life.Appended.Where(e => e.Fact is IncidentFact).Reverse().ToArray();
        var history = new EvidenceHistory(life.Log, life.Archive);
        var found = new List<LogEntry>();
        for (long? before = long.MaxValue; before is { } sequence;)
        {
            var run = history.Incidents(sequence, 9);
            Assert.True(run.Incidents.Count <= 9);
            found.AddRange(run.Incidents);
            before = run.Next;
        }
        Assert.Equal(all, found);
        Assert.True(all.Length > life.Log.Incidents(long.MaxValue, 10_000).Incidents.Count);
    }

    [Fact]
    public void Day_that_is_damaged_is_said_and_the_log_asked_instead()
    {
        using var life = new SealedLife(_scratch, 8);
        life.Live(TimeSpan.FromDays(4), restarting: false);
        life.SealDue();
        var day = life.Archive.Days[1];
        var path = life.Archive.PathOf(day.Day);
        var bytes = File.ReadAllBytes(path);
        // The first block's frame.
        for (var at = 20; at < 40; at++) bytes[at] ^= 0xFF;
        File.WriteAllBytes(path, bytes);
        var history = new EvidenceHistory(life.Log, life.Archive);
        using var reader = life.Archive.Read(day);
        var block = reader.Blocks().First(b => b.WindowsAt is > 0 and < 40 || b.MinutesAt is > 0 and < 40);
        var kind = block.WindowsAt is > 0 and < 40 ? WindowKind.QuarterHour : WindowKind.Minute;
        var from = SealedDay.Start(day.Day);
        var found = Ask(history, new WindowQuery(block.Series.Name, kind, from, from + TimeSpan.FromDays(1), SealedLife.Zone, 2_000));
        Assert.NotEmpty(found);
        Assert.Contains(Path.GetFileName(path), Assert.Single(life.Archive.Health().Damaged), StringComparison.Ordinal);
        Assert.NotEmpty(reader.Check());
    }

    [Fact]
    public void Windows_of_many_points_come_day_by_day_for_who_catches_up()
    {
        using var life = new SealedLife(_scratch, 9);
        life.Live(TimeSpan.FromDays(3), restarting: false);
        life.SealDue();
        var (exact, rounded) = (life.Plant[2].Name, life.Plant[3].Name);
        var history = new EvidenceHistory(life.Log, life.Archive);
        var feeds = new[] { (exact, WindowKind.Minute), (rounded, WindowKind.QuarterHour) }.ToLookup(f => f.Item1, f => f.Item2, StringComparer.Ordinal);
        var facts = history.SealedDays().SelectMany(day => history.SealedWindows(day, feeds)).ToArray();
        var through = life.Archive.SealedThrough;
        var expected = life.Appended.Where(e => e.Sequence <= through).Select(e => e.Fact).OfType<WindowFact>()
            .Where(f => f.Series.Name == exact && f.Aggregate.Kind == WindowKind.Minute || f.Series.Name == rounded
                && f.Aggregate.Kind == WindowKind.QuarterHour)
            // Windows of the day that runs were there before its predecessor was sealed; they wait for their own.
            .Where(f => f.Aggregate.Window.End <= SealedDay.Start(life.Archive.Days[^1].Day.AddDays(1)));
        Assert.Equal(expected.Select(Key).ToHashSet(), facts.Select(Key).ToHashSet());
    }

    private static long Forget(SealedLife life)
    {
        for (var more = 0; more < 40; more++) life.Log.Prune(life.Now);
        return life.Log.Tail;
    }

    private static (string, WindowKind, Instant) Key(WindowFact fact) => (fact.Series.Name, fact.Aggregate.Kind, fact.At);

    // What is sealed of minutes is rounded to a tenth of a watt, a Wh.
    private static bool IsSame(Aggregate left, Aggregate right, WindowKind kind) => left == right || kind == WindowKind.Minute
        && left.Revision == right.Revision && left.Count == right.Count
        && !(Math.Abs(left.Mean - right.Mean) > 0.0501) && !(Math.Abs(left.Last - right.Last) > 0.0501)
            && !(Math.Abs(left.Delta - right.Delta) > 0.000501);

    private static List<WindowFact> Ask(EvidenceHistory history, WindowQuery query)
    {
        var found = new List<WindowFact>();
        for (Instant? from = query.From; from is { } start;)
        {
            var run = history.Windows(query with { From = start });
            Assert.True(run.Windows.Count <= query.WindowsMax);
            Assert.True(run.Next is null || run.Next > start);
            found.AddRange(run.Windows);
            from = run.Next;
        }
        return found;
    }
}
