using System.Globalization;
using System.Text;
using Ecocentre.Edge.Campaign.Audits;
using Ecocentre.Edge.Campaign.Faults;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign;

/// <summary>What a campaign found, as Markdown and as a verdict.</summary>
internal sealed class Report(CampaignOptions options)
{
    // Of each kind of bad news, so many are told.
    private const int FindingsToldMax = 40;

    // A window is told by its start, and one that a fault spoils may have begun before it.
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (int Lost, int Duplicated, int Wrong, SortedSet<string> Causes)> _byFault = [];
    private readonly List<string> _figures = [];
    private readonly List<string> _found = [];
    private string _findings = "";
    private int _badFindings;

    public List<(string Name, string Why)> Skipped { get; } = [];

    public List<string> Evidence { get; } = [];

    public List<(string Lie, bool IsFound)> Lies { get; } = [];

    public bool IsGood { get; private set; }

    /// <summary>Where all findings and the processes' words are kept.</summary>
    public string LogsFolder { get; } = Path.Combine(Path.GetDirectoryName(options.Report)!, "campaign-logs");

    /// <summary>The one real loss was found in both ways in which it can be.</summary>
    public bool IsLossNamed { get; private set; }

    /// <summary>Takes what an audit found, and puts it down to the fault at that time.</summary>
    /// <param name="swallowed">What it must have found; it is told by itself, and counts against nobody.</param>
    public void Take(Audit audit, Evidences given, IReadOnlyList<Trial> trials, SwallowedWindow swallowed)
    {
        var meant = audit.Findings.Where(swallowed.IsMeantBy).ToArray();
        // It is missed where the log is held against the database, and where the clock is held against the windows.
        IsLossNamed = meant.Length == 2;
        Evidence.Add(!swallowed.IsThere ? "no window came by to be swallowed"
            : $"one window swallowed before the database, {swallowed}: {(meant.Length == 0 ? "NOT FOUND" : string.Join("; ", meant.Select(f => f.Words)))}");
        var findings = audit.Findings.Except(meant).ToArray();
        foreach (var finding in findings)
        {
            var names = trials.Where(t => finding.At is { } at && t.From - Around <= at && at <= t.Until + (t.Recovery ?? TimeSpan.Zero) + Around)
                .Select(t => t.Names).LastOrDefault() ?? "(none)";
            foreach (var fault in names.Split(" + ")) Count(fault, finding);
        }
        var bad = findings.Where(f => f.IsBad).ToArray();
        _badFindings = bad.Length;
        _findings = string.Concat(audit.Findings.Select(f => $"{f.At} {f.Kind} {f.Words} [{f.Cause ?? "no incident says so"}]\n"));
        _found.AddRange(bad.Take(FindingsToldMax).Select(f =>
            $"{f.Kind}: {f.Words} (at {f.At}{(f.Kind == FindingKind.Lost ? ", no incident says so" : "")})"));
        if (bad.Length > FindingsToldMax) _found.Add(string.Create(CultureInfo.InvariantCulture, $"… and {bad.Length - FindingsToldMax} more"));
        _figures.Add(string.Create(CultureInfo.InvariantCulture,
            $"{given.Known.Count} entries of the log, {given.Rows.Count} rows in the database, {audit.Waiting} waiting when the gateway was stopped"));
        _figures.Add(string.Create(CultureInfo.InvariantCulture,
            $"{audit.NumbersChecked} published numbers held against the truth, {audit.MinutesChecked} minutes of points looked for"));
        _figures.Add(string.Create(CultureInfo.InvariantCulture,
            $"{findings.Count(f => !f.IsBad)} lost with their cause named, {bad.Count(f => f.Kind == FindingKind.Lost)} lost without, "
            + $"{bad.Count(f => f.Kind == FindingKind.Duplicated)} duplicated, {bad.Count(f => f.Kind == FindingKind.Wrong)} wrong"));
    }

    /// <summary>Writes the Markdown and says it.</summary>
    /// <param name="bad">What else went wrong.</param>
    public void Write(IReadOnlyList<Trial> trials, IReadOnlyList<string> bad)
    {
        IsGood = bad.Count == 0 && _badFindings == 0 && trials.Count > 0 && IsLossNamed && Lies.Count > 0 && Lies.All(lie => lie.IsFound);
        var text = new StringBuilder();
        text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"# Campaign, seed {options.Seed}: {(IsGood ? "all held" : "NOT GOOD")}\n"));
        foreach (var line in _figures) text.AppendLine($"- {line}");
        foreach (var line in Evidence) text.AppendLine($"- {line}");
        text.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"- planted lies found: {Lies.Count(lie => lie.IsFound)} of {Lies.Count} ({string.Join(", ", Lies.Select(lie => lie.Lie))})\n"));
        text.AppendLine("| fault | tried | recovery: median, longest | windows lost, named by | duplicated | wrong |\n|---|---|---|---|---|---|");
        // Of two at once, each was tried.
        foreach (var fault in trials.SelectMany(t => t.Names.Split(" + ").Select(name => (Name: name, Trial: t))).ToLookup(t => t.Name, t => t.Trial)
            .OrderBy(g => g.Key, StringComparer.Ordinal)) text.AppendLine(Line(fault.Key, [.. fault]));
        if (_byFault.ContainsKey("(none)")) text.AppendLine(Line("(none)", []));
        text.AppendLine();
        foreach (var (name, why) in Skipped) text.AppendLine($"- skipped {name}: {why}");
        if (!IsGood) text.AppendLine("\nWhat was not good:\n");
        if (!IsLossNamed) text.AppendLine("- The window that was swallowed was not found in both ways.");
        foreach (var line in bad.Concat(_found)) text.AppendLine($"- {line}");
        Directory.CreateDirectory(Path.GetDirectoryName(options.Report)!);
        File.WriteAllText(options.Report, text.ToString());
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(LogsFolder).FullName, "findings.txt"), _findings);
        Console.WriteLine($"\n{text}");
    }

    private void Count(string fault, Finding finding)
    {
        var of = _byFault.GetValueOrDefault(fault, (Lost: 0, Duplicated: 0, Wrong: 0, Causes: new SortedSet<string>(StringComparer.Ordinal)));
        if (finding.Cause is { } cause) of.Causes.Add(cause.Split(' ')[0]);
        _byFault[fault] = finding.Kind switch
        {
            FindingKind.Lost => of with { Lost = of.Lost + 1 },
            FindingKind.Duplicated => of with { Duplicated = of.Duplicated + 1 },
            _ => of with { Wrong = of.Wrong + 1 },
        };
    }

    private string Line(string fault, Trial[] trials)
    {
        var times = trials.Where(t => t.Recovery is not null).Select(t => t.Recovery!.Value.TotalSeconds).Order().ToArray();
        var of = _byFault.GetValueOrDefault(fault, (Lost: 0, Duplicated: 0, Wrong: 0, Causes: []));
        var recovery = times.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{times[times.Length / 2]:0.0} s, {times[^1]:0.0} s");
        return string.Create(CultureInfo.InvariantCulture, $"| {fault} | {trials.Length} | {recovery} | "
            + $"{of.Lost}{(of.Causes.Count == 0 ? "" : ", " + string.Join(" ", of.Causes))} | {of.Duplicated} | {of.Wrong} |");
    }
}
