using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Evidence.Archive;

/// <summary>A log as gateways leave it, thinned out so that days pass quickly: windows in time, late and revised, silences,
/// restarts; sealed as it goes.</summary>
public sealed class SealedLife : IDisposable
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private readonly List<LogEntry> _appended = [];
    private readonly List<LogFact> _kept = [];
    private readonly Random _random;
    private readonly string _path;
    private readonly LogOptions _options;

    public SealedLife(Scratch scratch, int seed, int points = 5, LogOptions? options = null)
    {
        (_random, Plant, _path) = (new Random(seed), Facts.Plant(points), scratch.File("log.db"));
        _options = options ?? LogOptions.Default with { Keep = TimeSpan.FromDays(100), EvidenceKeep = TimeSpan.FromDays(100) };
        Plant[^1] = new Series("hall.people", "people", "1", PointKind.Gauge, "door", "hall");
        Log = OpenLog();
        Archive = EvidenceArchive.Open(EvidenceArchive.FolderOf(_path));
    }

    public Series[] Plant { get; }

    public EvidenceLog Log { get; private set; }

    public EvidenceArchive Archive { get; private set; }

    public Instant Now { get; private set; } = Facts.Start;

    /// <summary>Everything that was appended, in sequence.</summary>
    public IReadOnlyList<LogEntry> Appended => _appended;

    public DaySealer Sealer => new(Log, Archive, IsExact);

    public static bool IsExact(Series series) => series.Name.EndsWith(".2", StringComparison.Ordinal);

    /// <summary>Lives on; a step is a minute, but windows of a minute come only every seventh.</summary>
    /// <param name="sealing">Whether days are sealed when they are due.</param>
    public void Live(TimeSpan time, bool sealing = true, bool restarting = true)
    {
        var (end, silentUntil) = (Now + time, Now);
        while (Now < end)
        {
            Now += TimeSpan.FromMinutes(1);
            Happen();
            if (Now < silentUntil) continue;
            Append();
            if (_random.Next(700) == 0) silentUntil = Now + TimeSpan.FromMinutes(_random.Next(1, 2_000));
            if (restarting && _random.Next(900) == 0) Restart();
            if (sealing && _random.Next(30) == 0) SealDue();
        }
        silentUntil = Now;
        Append();
    }

    public List<SealedDay> SealDue()
    {
        var days = new List<SealedDay>();
        while (Sealer.SealNext(Now, TestContext.Current.CancellationToken) is { } day) days.Add(day);
        return days;
    }

    public void Restart()
    {
        Log.Dispose();
        Archive.Dispose();
        Log = OpenLog();
        Archive = EvidenceArchive.Open(Archive.Folder);
        if (Archive.Days.Count > 0) Log.HoldAfter(Archive.SealedThrough);
    }

    /// <summary>Appends as the recorder does: windows of a minute get the lower sequences.</summary>
    public void Append(params IEnumerable<LogFact> facts)
    {
        _kept.AddRange(facts);
        if (_kept.Count == 0) return;
        var range = Log.Append(_kept, [], Now);
        static bool IsMinute(LogFact fact) => fact is WindowFact { Aggregate.Kind: WindowKind.Minute };
        _appended.AddRange(_kept.Where(IsMinute).Concat(_kept.Where(fact => !IsMinute(fact))).Select((fact, i) => new LogEntry(range.First + i, fact)));
        _kept.Clear();
    }

    public void Dispose()
    {
        Log.Dispose();
        Archive.Dispose();
    }

    private void Happen()
    {
        var minute = (int)(Now - Facts.Start).TotalMinutes;
        if (minute % 7 == 0) _kept.AddRange(Facts.Windows(Plant, WindowKind.Minute, Now - TimeSpan.FromMinutes(1), _random));
        // Late readings revise a minute; after a silence, windows come of days gone by.
        if (_random.Next(20) == 0) _kept.AddRange(Revised(Now - TimeSpan.FromMinutes(_random.Next(2, 10)), 1 + _random.Next(3)));
        if (_random.Next(400) == 0) _kept.AddRange(Revised(Now - TimeSpan.FromMinutes(_random.Next(1_000, 6_000)), _random.Next(3)));
        var settled = Now - TimeSpan.FromMinutes(3);
        if (Ends(settled, TimeSpan.FromMinutes(15))) Add(WindowKind.QuarterHour, settled - TimeSpan.FromMinutes(15));
        if (Ends(settled, TimeSpan.FromHours(1))) Add(WindowKind.Hour, settled - TimeSpan.FromHours(1));
        if (settled == LocalDay.Containing(settled, Zone).Start) Add(WindowKind.Day, LocalDay.Containing(settled - TimeSpan.FromHours(1), Zone).Start);
        if (_random.Next(90) == 0) _kept.Add(Facts.Incident(Now, $"Incident of minute {minute}."));
        if (_random.Next(200) == 0) _kept.Add(new RecordFact(Now, RecordKind.Verdict, "AQ-1", $"{{\"minute\":{minute},\"text\":\"é\"}}"));
    }

    private static bool Ends(Instant at, TimeSpan length) => Window.Containing(at, length).Start == at;

    private void Add(WindowKind kind, Instant start)
    {
        var length = LocalDay.Containing(start, Zone).Length;
        foreach (var fact in Facts.Windows(Plant, kind, start, _random).Cast<WindowFact>())
            _kept.Add(kind != WindowKind.Day ? fact : new WindowFact(fact.Series, fact.Aggregate with { Window = new Window(start, length) }));
    }

    private IEnumerable<LogFact> Revised(Instant start, int revision) =>
        Facts.Windows(Plant, WindowKind.Minute, Window.Containing(start, TimeSpan.FromMinutes(1)).Start, _random).Cast<WindowFact>()
            .Where(_ => _random.Next(2) == 0).Select(fact => new WindowFact(fact.Series, fact.Aggregate with { Revision = revision }));

    private EvidenceLog OpenLog() => EvidenceLog.Open(_path, "lyon-1", _options, Now);
}
