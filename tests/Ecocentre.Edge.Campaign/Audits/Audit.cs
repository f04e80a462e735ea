using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Campaign.Audits;

/// <summary>All that is looked at after a campaign.</summary>
/// <param name="Known">Every entry that was ever seen in the log.</param>
/// <param name="Final">The log at the end.</param>
/// <param name="Rows">The database at the end.</param>
internal sealed record Evidences(
    IReadOnlyDictionary<long, LogEntry> Known, IReadOnlyList<LogEntry> Final, IReadOnlyList<Published> Rows, TruthTable Truth);

/// <summary>Holds what was published against the log, against the truth of the building, and against the clock: nothing may be missing
/// without a name, stand twice, or be wrong. A pure function of what it is given.</summary>
internal sealed class Audit
{
    // Of a mean of sixty readings, each a second from the truth's steps at most, and of those that were missed.
    private const double MeanShareMax = 0.15;

    private readonly Evidences _given;
    private readonly List<Finding> _findings = [];

    private Audit(Evidences given) => _given = given;

    /// <summary>Numbers that were held against the truth.</summary>
    public int NumbersChecked { get; private set; }

    /// <summary>Minutes of points that had to be there.</summary>
    public int MinutesChecked { get; private set; }

    /// <summary>Entries that wait in the log because the gateway was stopped.</summary>
    public int Waiting { get; private set; }

    public IReadOnlyList<Finding> Findings => _findings;

    public static Audit Of(Evidences given)
    {
        var audit = new Audit(given);
        audit.HoldAgainstLog();
        audit.HoldLogItself();
        audit.HoldAgainstTruth();
        audit.HoldAgainstClock();
        audit.HoldCounters();
        return audit;
    }

    /// <summary>Every entry of the log is one row, its numbers those of the log; nothing else is in the database.</summary>
    private void HoldAgainstLog()
    {
        var rows = _given.Rows.ToLookup(row => row.Sequence);
        foreach (var twice in rows.Where(same => same.Count() > 1))
            Find(FindingKind.Duplicated, $"sequence {twice.Key} stands in {twice.Count()} rows: {string.Join("; ", twice.Select(row => row.Place))}");
        var inLog = _given.Final.Select(entry => entry.Sequence).ToHashSet();
        var newest = _given.Rows.Select(row => row.Sequence).DefaultIfEmpty().Max();
        var expected = new Dictionary<string, Published>(StringComparer.Ordinal);
        foreach (var entry in _given.Known.Values) expected[Published.Of(entry).Place] = Published.Of(entry);
        foreach (var wanted in expected.Values)
        {
            var found = rows[wanted.Sequence].FirstOrDefault();
            if (found is null && wanted.Sequence > newest) Waiting++;
            else if (found is null)
                Find(FindingKind.Lost, $"sequence {wanted.Sequence} ({wanted.Place}) is not in the database", wanted.Window,
                    inLog.Contains(wanted.Sequence) ? null : Salvaged());
            else if (found.Place != wanted.Place || found.Content != wanted.Content)
                Find(FindingKind.Wrong,
                    $"sequence {wanted.Sequence}: the log says {wanted.Place} {wanted.Content}, the database {found.Place} {found.Content}", wanted.Window);
        }
        foreach (var row in _given.Rows.Where(row => !_given.Known.ContainsKey(row.Sequence)))
            Find(FindingKind.Wrong, $"sequence {row.Sequence} ({row.Place}) was published and is not in the log", row.Window);
    }

    /// <summary>Numbers of the log go on without a hole, but where it says that it was salvaged.</summary>
    private void HoldLogItself()
    {
        for (var i = 1; i < _given.Final.Count; i++)
        {
            var (before, after) = (_given.Final[i - 1].Sequence, _given.Final[i].Sequence);
            if (after == before + 1) continue;
            if (after <= before) Find(FindingKind.Duplicated, $"the log goes from sequence {before} to {after}");
            else Find(FindingKind.Lost, $"the log goes from sequence {before} to {after}", null, Salvaged(after));
        }
    }

    /// <summary>Whatever number was published lies within what the meter showed while the window was.</summary>
    private void HoldAgainstTruth()
    {
        var truth = _given.Truth;
        var points = truth.Points.ToHashSet(StringComparer.Ordinal);
        foreach (var window in _given.Rows.Select(row => row.Window).OfType<PublishedWindow>())
        {
            if (!points.Contains(window.Point))
                Find(FindingKind.Wrong, $"{window.Point} is no point of the building", window);
            else if (window.Count > 0 && window.Length != PublishedWindow.Day) Hold(window, truth);
        }
    }

    private void Hold(PublishedWindow window, TruthTable truth)
    {
        if (truth.Range(window) is not var (least, most, step))
        {
            Find(FindingKind.Wrong, $"{Named(window)} lies where the gateway's clock never was", window);
            return;
        }
        foreach (var (name, value) in new[] { ("last", window.Last), ("min", window.Min), ("mean", window.Mean), ("max", window.Max) })
        {
            if (double.IsNaN(value)) continue;
            NumbersChecked++;
            if (value < least - step || value > most + step)
                Find(FindingKind.Wrong,
                    $"{Named(window)}: {name} is {Print(value)}, the meter showed {Print(least)} to {Print(most)}, step {Print(step)}", window);
        }
        if (double.IsNaN(window.Mean) || !window.IsMinute || window.Coverage < 0.999 || !truth.IsUndisturbed(window)) return;
        var mean = truth.Mean(window);
        if (Math.Abs(window.Mean - mean) > step + MeanShareMax * (most - least))
            Find(FindingKind.Wrong, $"{Named(window)}: the mean is {Print(window.Mean)}, of the meter {Print(mean)}", window);
    }

    /// <summary>Each minute that the gateway's clock lived through has a window of each point, or an incident that says why not; one
    /// without any reading has an incident, too.</summary>
    private void HoldAgainstClock()
    {
        var windows = _given.Rows.Select(row => row.Window).OfType<PublishedWindow>().Where(w => w.IsMinute).ToLookup(w => (w.Point, w.Start));
        if (windows.Count == 0)
        {
            Find(FindingKind.Lost, "no minute was published");
            return;
        }
        var devices = _given.Known.Values.Select(e => e.Fact).OfType<WindowFact>().DistinctBy(w => w.Series.Name)
            .ToDictionary(w => w.Series.Name, w => w.Series.Device, StringComparer.Ordinal);
        var told = new Interruptions(_given.Known.Values.Select(e => e.Fact).OfType<IncidentFact>().Select(f => f.Incident), devices.GetValueOrDefault);
        var begun = _given.Known.Values.Select(e => e.Fact).OfType<WindowFact>().Where(w => w.Aggregate.Kind == WindowKind.Minute).First().At;
        foreach (var era in _given.Truth.Eras)
        {
            // The first and last minute of an era may be those of another; the log's first minute decides where all begins.
            var from = Ceiling(era.From + era.Offset + TimeSpan.FromSeconds(20));
            if (era.From == _given.Truth.Eras[0].From && begun > from) from = begun;
            for (var minute = from; minute + TimeSpan.FromSeconds(75) < era.To + era.Offset; minute += TimeSpan.FromMinutes(1))
                foreach (var point in _given.Truth.Points)
                    Hold(point, minute, windows[(point, minute)].FirstOrDefault(), told, devices.GetValueOrDefault(point));
        }
    }

    private void Hold(string point, Instant minute, PublishedWindow? window, Interruptions told, string? device)
    {
        MinutesChecked++;
        var wanted = window ?? PublishedWindow.Of(point, PublishedWindow.Minute, minute.UnixMilliseconds * 1_000_000, [0, 0, 0, 0, 0, 0, 0]);
        if (window is null) Find(FindingKind.Lost, $"{Named(wanted)} is not there", wanted, told.OfGateway(wanted));
        else if (window.Count == 0 && told.Touching(window, device) is null)
            Find(FindingKind.Lost, $"{Named(wanted)} has no reading, and no incident says why", wanted);
    }

    /// <summary>What the log's minutes say that counters grew adds up to what their registers grew: no kWh is lost or counted twice,
    /// whatever was killed.</summary>
    private void HoldCounters()
    {
        var counters = _given.Final.Where(e => e.Fact is WindowFact { Aggregate.Kind: WindowKind.Minute } w && _given.Truth.IsCounter(w.Series.Name));
        foreach (var counter in counters.GroupBy(e => ((WindowFact)e.Fact).Series.Name))
        {
            // Of a revised minute the last revision counts, where the first one stands.
            var minutes = counter.GroupBy(e => e.Fact.At).Select(g => (First: g.First().Sequence, ((WindowFact)g.Last().Fact).Aggregate))
                .Where(m => m.Aggregate.Count > 0).OrderBy(m => m.First).Select(m => m.Aggregate).ToArray();
            if (minutes.Length < 2) continue;
            var growth = minutes[^1].Last - minutes[0].Last;
            var sum = minutes.Skip(1).Sum(m => double.IsNaN(m.Delta) ? 0 : m.Delta);
            NumbersChecked++;
            if (Math.Abs(growth - sum) > 1e-6 * Math.Max(1, Math.Abs(minutes[^1].Last)))
                Find(FindingKind.Wrong, $"{counter.Key} grew by {Print(growth)}, its minutes say {Print(sum)}");
        }
    }

    /// <param name="sequence">The first after a hole, or null for any.</param>
    private string? Salvaged(long? sequence = null) => _given.Known.Values
        .Where(e => e.Fact is IncidentFact { Incident.Kind: IncidentKind.LogSalvaged or IncidentKind.EntriesDropped or IncidentKind.Restored }
            // Told in the transaction that goes on after it.
            && (sequence is null || Math.Abs(e.Sequence - sequence.Value) < 3000))
        .Select(e => $"LogSalvaged at {e.Fact.At}").FirstOrDefault();

    private void Find(FindingKind kind, string words, PublishedWindow? window = null, string? cause = null) =>
        _findings.Add(new Finding(kind, words, window is null ? null : _given.Truth.RealAt(window.Start), window, cause));

    private static Instant Ceiling(Instant at) => new((at.UnixMilliseconds + 59_999) / 60_000 * 60_000);

    private static string Named(PublishedWindow window) => $"{window.Point} {window.Length} {window.Start}";

    private static string Print(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
