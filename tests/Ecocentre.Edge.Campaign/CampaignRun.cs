using System.Globalization;
using Ecocentre.Edge.Campaign.Audits;
using Ecocentre.Edge.Campaign.Faults;
using Ecocentre.Edge.Campaign.Rig;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign;

/// <summary>One campaign from its first process to its report.</summary>
internal sealed class CampaignRun
{
    // A machine under load starts a .NET process within seconds; the ingest waits a minute at the longest between two tries.
    private static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(150);

    // Two minutes, what TruthTable keeps from the ends of an era, and a busy machine.
    private static readonly TimeSpan QuietMin = TimeSpan.FromSeconds(120);

    // The next minute that closes, its grace, and three tries of an ingest that waits; and what makes that minute one that the clock asks for.
    private static readonly TimeSpan SwallowedWithin = TimeSpan.FromSeconds(240), AfterSwallowing = TimeSpan.FromSeconds(20);

    // One in six faults does not come alone.
    private const double PairShare = 1 / 6.0;

    private readonly CampaignOptions _options;
    private readonly Random _random;
    private readonly List<Trial> _trials = [];
    private readonly List<string> _bad = [];

    private CampaignRun(CampaignOptions options) => (_options, _random) = (options, new Random(options.Seed));

    /// <returns>0 when all held, 1 when not, 2 when nothing could be tried.</returns>
    public static async Task<int> GoAsync(CampaignOptions options)
    {
        Leftovers.Begin();
        Say($"seed {options.Seed}, {options.Time.TotalMinutes:0.#} minutes of faults");
        return await new CampaignRun(options).RunAsync();
    }

    private async Task<int> RunAsync()
    {
        var report = new Report(_options);
        await using (var chain = await Chain.StartAsync(_options))
        {
            Say($"log on {chain.Disk}");
            var faults = Choose(chain, report);
            if (faults.Count == 0)
            {
                Console.Error.WriteLine($"No fault is called like \"{_options.Only}\", or none can be tried here. There are: "
                    + string.Join(' ', FaultList.All.Select(f => f.Name)));
                return 2;
            }
            if (await BeginAsync(chain) is { } trouble) _bad.Add($"The chain did not begin to work: {trouble}");
            else await InflictAsync(chain, faults);
            await LookAsync(chain, report);
            KeepWords(chain, report);
        }
        // Their exit is seen by the kernel a moment later.
        for (var left = 20; left > 0 && Leftovers.Find().Count > 0; left--) await Task.Delay(100);
        _bad.AddRange(Leftovers.Find().Select(process => $"Still running: {process}"));
        report.Write(_trials, _bad);
        return report.IsGood ? 0 : 1;
    }

    private List<Fault> Choose(Chain chain, Report report)
    {
        var parts = _options.Only?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var chosen = FaultList.All.Where(f => parts is null || parts.Any(part => f.Name.Contains(part, StringComparison.Ordinal))).ToList();
        foreach (var fault in chosen)
            if (fault.WhyNot(chain) is { } why) report.Skipped.Add((fault.Name, why));
        foreach (var (name, why) in report.Skipped) Say($"skipped {name}: {why}");
        return [.. chosen.Where(fault => fault.WhyNot(chain) is null)];
    }

    /// <summary>Waits until all devices answer and a minute is in the database.</summary>
    private static async Task<string?> BeginAsync(Chain chain)
    {
        if (await chain.View.WellAsync(RecoveryMax) is { } trouble) return trouble;
        for (var left = 100; left > 0; left--)
        {
            if ((await chain.RowsAsync("SELECT seq FROM window LIMIT 1")).Count > 0) return null;
            await Task.Delay(1000);
        }
        return "no window reached the database within 100 s";
    }

    private async Task InflictAsync(Chain chain, List<Fault> faults)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var deck = new Queue<Fault>();
        while (TimeProvider.System.GetElapsedTime(begun) < _options.Time)
        {
            // Each is tried before any comes again.
            if (deck.Count == 0) deck = new Queue<Fault>(faults.OrderBy(_ => _random.Next()));
            List<Fault> now = [deck.Dequeue()];
            if (deck.TryPeek(out var second) && now[0].What != Touches.All && second.What != Touches.All && second.What != now[0].What
                && _random.NextDouble() < PairShare) now.Add(deck.Dequeue());
            if (!await TryAsync(chain, now)) return;
            await FaultList.WaitAsync(_random, 0.5, 6);
        }
    }

    /// <returns>False when going on makes no sense.</returns>
    private async Task<bool> TryAsync(Chain chain, List<Fault> now)
    {
        var names = string.Join(" + ", now.Select(f => f.Name));
        var from = Instant.From(TimeProvider.System.GetUtcNow());
        string? trouble = null;
        try
        {
            // Each draws from its own numbers, so that one that waits for the system changes nothing for the others.
            await Task.WhenAll([.. now.Select(fault => (fault, new Random(_random.Next()))).Select(f => f.fault.InflictAsync(chain, f.Item2))]);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or TimeoutException)
        {
            trouble = e.Message;
        }
        var until = Instant.From(TimeProvider.System.GetUtcNow());
        var left = await chain.View.WellAsync(RecoveryMax);
        var recovery = left is null ? Instant.From(TimeProvider.System.GetUtcNow()) - until : (TimeSpan?)null;
        foreach (var part in chain.Parts)
        {
            _bad.AddRange(part.Deaths.Select(death => $"{names}: the {part.Name} ended by itself at {death.At}: {death.Words}"));
            part.Deaths.Clear();
        }
        trouble ??= left is null ? null : $"did not recover within {RecoveryMax.TotalSeconds} s: {left}";
        _trials.Add(new Trial(names, from, until, recovery, trouble));
        Say($"{names}: {(until - from).TotalSeconds:0.0} s, recovered in {recovery?.TotalSeconds:0.0} s {trouble}");
        if (trouble is not null) _bad.Add($"{names}: {trouble}");
        return left is null;
    }

    private async Task LookAsync(Chain chain, Report report)
    {
        // The last minute shall be closed, stored and told, and one shall lie well after the last time the clock was set.
        var sinceSet = Instant.From(TimeProvider.System.GetUtcNow()) - chain.Clock.Eras[^1].From;
        if (sinceSet < QuietMin) await Task.Delay(QuietMin - sinceSet);
        var swallowed = SwallowedWindow.Take(chain.Proxy);
        for (var left = SwallowedWithin.TotalSeconds; left > 0 && !swallowed.IsThere; left--) await Task.Delay(1000);
        await Task.Delay(AfterSwallowing);
        if (await chain.View.WellAsync(RecoveryMax) is { } trouble) _bad.Add($"At the end: {trouble}");
        var end = Instant.From(TimeProvider.System.GetUtcNow());
        await chain.Gateway.KillAsync();
        var killed = chain.CopyLog();
        var final = chain.RememberLog();
        _bad.AddRange(chain.Reused.Select(words => $"Sequence {words}"));
        if (Directory.Exists(chain.Rejected)) _bad.Add($"The ingest set something apart: {string.Join(' ', Directory.GetFiles(chain.Rejected))}");

        var mistakes = new List<Plant.Mistake>();
        var models = MeterCatalogue.Load(Path.Combine(Path.GetDirectoryName(_options.Binary)!, "meters"), mistakes);
        var site = SiteFile.Load(chain.Site, models, mistakes) ?? throw new InvalidOperationException(string.Join(Environment.NewLine, mistakes));
        var truth = new TruthTable(chain.Truth, site.Points, chain.Clock.Eras, chain.Begin, end);
        var given = new Evidences(chain.Known, final, await Published.ReadAsync(chain), truth);
        var audit = Audit.Of(given);
        report.Take(audit, given, _trials, swallowed);
        foreach (var (lie, isFound) in PlantedLies.Try(given))
        {
            report.Lies.Add((lie, isFound));
            if (!isFound) _bad.Add($"The audit does not see {lie}.");
        }
        await CheckEvidenceAsync(chain, report, final);
        Tear(killed, report);
    }

    private async Task CheckEvidenceAsync(Chain chain, Report report, IReadOnlyList<LogEntry> final)
    {
        var (code, output) = await chain.VerbAsync("evidence", "check", "--site", chain.Site);
        report.Evidence.Add($"evidence check: exit code {code}, {output.Trim().Split('\n')[^1]}");
        if (code != 0) _bad.Add($"evidence check ended with {code}: {output.Trim()}");
        var days = Directory.Exists(chain.Log + ".archive")
            ? Directory.GetFiles(chain.Log + ".archive", "*.day", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order().ToArray() : [];
        report.Evidence.Add($"days sealed: {(days.Length == 0 ? "none" : string.Join(' ', days))}");
        foreach (var day in days)
        {
            var pack = chain.PathOf($"pack-{day}.zip");
            var exported = await chain.VerbAsync("evidence", "export", "--site", chain.Site, "--from", day!, "--to", day!, "-o", pack);
            var verified = exported.ExitCode == 0 ? await chain.VerbAsync("evidence", "verify", pack) : exported;
            report.Evidence.Add($"evidence export and verify of {day}: exit codes {exported.ExitCode} and {verified.ExitCode}");
            if (verified.ExitCode != 0) _bad.Add($"The pack of {day} is not good: {verified.Output.Trim()}");
        }
        report.Evidence.Add($"{final.Count} entries in the log, {chain.Known.Count} ever seen in it");
    }

    private void Tear(string log, Report report)
    {
        using var memory = Scratch.InMemory();
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(log)!)) File.Copy(file, memory.File(Path.GetFileName(file)));
        var ends = new TornEnds(memory.File(Path.GetFileName(log)));
        ends.Run();
        report.Evidence.Add($"log torn, and a byte of it turned: {ends}");
        _bad.AddRange(ends.Wrong.Take(10));
    }

    private static void KeepWords(Chain chain, Report report)
    {
        var folder = Directory.CreateDirectory(report.LogsFolder).FullName;
        foreach (var part in chain.Parts) File.WriteAllText(Path.Combine(folder, $"{part.Name}.log"), part.Words);
    }

    private static void Say(FormattableString words) =>
        Console.WriteLine($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {words.ToString(CultureInfo.InvariantCulture)}");
}
