using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.Packs;
using Ecocentre.Edge.Outputs.Packs.Checks;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Benchmarks.Evidence;

/// <summary>How long the pack of a year of many points takes to export and to verify, and how much memory.</summary>
/// <remarks>
/// <para>Expectation, for 400 points of which 24 have CO2 by the minute (30 million lines, 2.3 GB of CSV): export in 60 s and 200 MB on two idle cores (40 s of
/// writing numbers, 15 s of packing, shared by two), a pack of 0.5 GB; verify in 20 s (unpacking 8 s, hashing twice 5 s, reading the lines that
/// criteria judge by
/// 10 s, judging 5 s, shared by two).</para>
/// <para>The archive is a real one: a week of <see cref="CentreWeather"/>, minute by minute, told again for every week of the year; verdicts are those that the
/// label's own profile gives while the year is lived. Export and verify run in processes of their own, so that their memory is theirs (VmHWM).
/// <c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- pack-year [POINTS] [DAYS] [FOLDER]</c>; a folder that is there already is used
/// again.</para></remarks>
internal static class PackYear
{
    private const string Origin = "ecocentre-edge/bench";

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    // 2026-01-05, a Monday.
    private static readonly DateOnly First = new(2026, 1, 5);

    internal static int Run(string[] arguments)
    {
        if (arguments is ["export", var from, var daysText]) return Export(from, int.Parse(daysText, CultureInfo.InvariantCulture));
        if (arguments is ["verify", var pack]) return Verify(pack);
        if (arguments is ["ask", var asked]) return Ask(asked);
        int Number(int at, int usual) => arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : usual;
        var (points, days) = (Number(0, 400), Number(1, 365));
        var folder = arguments.Length > 2 ? arguments[2] : Path.Combine(Path.GetTempPath(), $"ecocentre-pack-year-{Environment.ProcessId}");
        try
        {
            if (!Directory.Exists(folder)) Make(folder, points, days);
            Child("export", folder, days.ToString(CultureInfo.InvariantCulture));
            Child("verify", Path.Combine(folder, "pack.zip"));
            Child("ask", folder);
            return 0;
        }
        finally
        {
            if (arguments.Length <= 2) Directory.Delete(folder, recursive: true);
        }
    }

    private static void Make(string folder, int points, int days)
    {
        var begun = Stopwatch.GetTimestamp();
        using var archive = EvidenceArchive.Open(Path.Combine(folder, "archive"));
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(folder, "key.pem"), secret.ExportPkcs8PrivateKeyPem());
        var (series, week) = Week(points);
        var labels = Path.Combine(AppContext.BaseDirectory, "labels");
        var factors = Directory.GetFiles(Path.Combine(labels, "factors"), "*.json").ToDictionary(f => Path.GetFileNameWithoutExtension(f), File.ReadAllText);
        var tables = factors.ToDictionary(f => f.Key, f => LabelProfileFile.ParseFactors(f.Key, f.Value, [])!);
        var profileText = File.ReadAllText(Path.Combine(labels, "ecocentre-v1.json"));
        var facts = FactsOf(series);
        var engine = new Verdicts(LabelProfileFile.Parse("ecocentre-v1.json", profileText, tables, [])!, facts);
        var ledger = new VerdictLedger(engine);
        var sequence = 0L;
        var configuration = new ConfigurationRecord
        {
            Version = "bench", Engine = JudgingEngine.Version, Site = archive.PutText("{}"), Profile = archive.PutText(profileText), ProfileName = "ecocentre-v1",
            Facts = archive.PutText(CentreFactsJson.Write(facts)),
            Factors = factors.ToImmutableSortedDictionary(f => f.Key, f => archive.PutText(f.Value), StringComparer.Ordinal),
        };
        var key = new KeyRecord(new NoteKey(Origin, secret.ExportSubjectPublicKeyInfo()));
        var entries = new List<LogEntry> { new(++sequence, key.ToFact(Start(First))), new(++sequence, configuration.ToFact(Start(First))) };
        foreach (var entry in entries) engine.Accept(entry);
        SealedDay? before = null;
        for (var date = First; date < First.AddDays(days); date = date.AddDays(1))
        {
            var first = before?.Last + 1 ?? 1;
            var shift = Start(date) - Start(First.AddDays((date.DayNumber - First.DayNumber) % 7));
            var blocks = new List<(BlockLeaf Leaf, byte[] Bytes)>();
            for (var point = 0; point < series.Length; point++)
            {
                var windows = Array.ConvertAll(week[(date.DayNumber - First.DayNumber) % 7][point], window =>
                    window with { Window = new Window(window.Window.Start + shift, window.Window.Length) });
                foreach (var window in windows) engine.Accept(series[point].Name, window);
                sequence += windows.Length;
                blocks.Add((new BlockLeaf(date, 1, series[point], new BlockDigest(windows.Length, DayReader.DigestOf(windows)), null),
                    WindowColumns.Encode(Start(date), windows)));
            }
            engine.Advance(LocalDay.Containing(Start(date.AddDays(1)), Zone).Start + Verdicts.SettleTime);
            foreach (var verdict in ledger.TakeDue()) entries.Add(new LogEntry(++sequence, verdict));
            using var writer = archive.Begin(new SealedDay
            {
                Day = date, First = first, Last = sequence, Previous = before?.Day, Pending = 0, FirstLeaf = before is null ? 0
                    : before.FirstLeaf + before.LeafCount,
                LeafCount = 0, Blocks = 0, Entries = 0, OtherDays = [], MinuteBlocks = 0, WindowBlocks = 0, LeavesChecksum = 0,
            });
            foreach (var (leaf, bytes) in blocks.OrderBy(b => b.Leaf.Series.Name, StringComparer.Ordinal)) writer.Add(leaf, bytes, null);
            foreach (var entry in entries) writer.Add(new EntryLeaf(entry.Sequence, entry.Fact));
            before = writer.Finish(sequence + 1);
            archive.Add(before, writer.Hashes);
            entries.Clear();
        }
        var note = SignedNote.Sign(new Checkpoint(Origin, archive.Leaves.Count, new MerkleTree(archive.Leaves).Root()).ToText(), key.Key, secret);
        File.WriteAllText(archive.PathOf(before!.Day, "checkpoint"), note.ToString());
        Say($"{points} points, {days} days: made in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s, {archive.Leaves.Count} leaves, {sequence} entries");
    }

    private static int Export(string folder, int days)
    {
        var begun = Stopwatch.GetTimestamp();
        using var secret = ECDsa.Create();
        secret.ImportFromPem(File.ReadAllText(Path.Combine(folder, "key.pem")));
        using var archive = EvidenceArchive.OpenForReading(Path.Combine(folder, "archive"));
        var origin = new PackOrigin("bench", "Bench", Zone, "bench");
        var chain = new KeyRecord(new NoteKey(Origin, secret.ExportSubjectPublicKeyInfo()));
        using var source = new ArchiveSource(archive, origin, ArchiveSource.NewestCheckpoint(archive, [])!, [chain],
            content => secret.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        // The first local day begins an hour before the archive, the last one ends within it.
        var writer = PackWriter.Prepare(source, First.AddDays(1), First.AddDays(days - 1), Environment.ProcessorCount);
        var prepared = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        using (var file = File.Create(Path.Combine(folder, "pack.zip"))) writer.Write(file, static _ => { }, CancellationToken.None);
        Say($"export: {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s (of which {prepared:0.0} s to prepare), processor {Used()}, {Memory()}, pack {new FileInfo(Path.Combine(folder, "pack.zip")).Length / 1e6:0} MB");
        return 0;
    }

    private static int Verify(string pack)
    {
        var begun = Stopwatch.GetTimestamp();
        var found = PackVerification.Run(pack, new PackTrust(), static _ => { }, CancellationToken.None);
        Say($"verify: {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s, processor {Used()}, {Memory()}, {(found.IsGood ? "it holds" : "it does NOT hold")}");
        foreach (var check in found.Checks) Say($"  {check.Name}: {check.Text}");
        foreach (var fault in found.Faults.Take(5)) Say($"  {fault}");
        foreach (var remark in found.Remarks) Say($"  {remark}");
        return found.IsGood ? 0 : 1;
    }

    /// <summary>What the pages and a booking system ask of a year of one point, as the API asks it: page after page, up to its limit a page.</summary>
    private static int Ask(string folder)
    {
        // A day of minutes, a year of quarter hours (limits of the API's own resources).
        const int rows = 10_000, columns = 105_408;
        using var archive = EvidenceArchive.OpenForReading(Path.Combine(folder, "archive"));
        var last = Start(archive.Days[^1].Day.AddDays(1));
        var passing = Directory.CreateTempSubdirectory("ecocentre-ask-").FullName;
        using (var log = EvidenceLog.Open(Path.Combine(passing, "log.db"), "bench", LogOptions.Default, last))
        {
            var history = new EvidenceHistory(log, archive);
            var points = new CentreWeather(400, 1).Series;
            var name = points.First(s => s.Quantity == "co2").Name;
            foreach (var (what, kind, from, max) in new[]
            {
                ("a year of days", WindowKind.Day, Start(First), rows), ("a year of hours", WindowKind.Hour, Start(First), rows),
                ("a year of quarter hours", WindowKind.QuarterHour, Start(First), columns), ("a month of quarter hours", WindowKind.QuarterHour,
                    last - TimeSpan.FromDays(31), rows), ("a day of minutes", WindowKind.Minute, last - TimeSpan.FromDays(1), rows),
            })
            {
                var (found, first, used) = (0, 0.0, TimeSpan.Zero);
                for (var round = 0; round < 3; round++)
                {
                    var (begun, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                    found = 0;
                    for (Instant? at = from; at is { } start;)
                    {
                        var run = history.Windows(new WindowQuery(name, kind, start, last, Zone, max));
                        (found, at) = (found + run.Windows.Count, run.Next);
                    }
                    if (round == 0) first = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
                    used = Environment.CpuUsage.TotalTime - before;
                }
                Say($"{what,-26} {found,6} found, first {first,6:0} ms, then {used.TotalMilliseconds,6:0} ms of processor");
            }
        }
        Directory.Delete(passing, recursive: true);
        return 0;
    }

    private static string Used() => string.Create(CultureInfo.InvariantCulture, $"{Environment.CpuUsage.TotalTime.TotalSeconds:0.0} s");

    private static string Memory() => "memory " + File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:",
        StringComparison.Ordinal))["VmHWM:".Length..].Trim();

    private static void Child(params string[] arguments)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["pack-year", .. arguments]))!;
        child.WaitForExit();
    }

    /// <summary>A week of windows by day and point: quarter hours, hours, local days, and minutes of CO2.</summary>
    private static (Series[] Series, Aggregate[][][] Week) Week(int points)
    {
        var weather = new CentreWeather(points, 12);
        var series = weather.Series;
        var week = new Aggregate[7][][];
        var minutes = new Aggregate[points];
        for (var day = 0; day < 7; day++)
        {
            var kept = Enumerable.Range(0, points).Select(_ => new List<Aggregate>()).ToArray();
            var (quarters, hours, days) = (new LongWindow[points], new LongWindow[points], new LongWindow[points]);
            for (var minute = 0; minute < 1_440; minute++)
            {
                var window = new Window(Start(First.AddDays(day)) + TimeSpan.FromMinutes(minute), TimeSpan.FromMinutes(1));
                weather.Next(day * 1_440 + minute, minutes, window);
                for (var point = 0; point < points; point++)
                {
                    if (series[point].Quantity == "co2") kept[point].Add(minutes[point]);
                    quarters[point].Add(minutes[point]);
                    hours[point].Add(minutes[point]);
                    days[point].Add(minutes[point]);
                    if (minute % 15 == 14) kept[point].Add(quarters[point].Close(WindowKind.QuarterHour,
                        new Window(window.End - TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(15))));
                    if (minute % 60 == 59) kept[point].Add(hours[point].Close(WindowKind.Hour,
                        new Window(window.End - TimeSpan.FromHours(1), TimeSpan.FromHours(1))));
                    // Local days are told as days of UTC here: nothing is judged by them.
                    if (minute == 1_439) kept[point].Add(days[point].Close(WindowKind.Day,
                        new Window(Start(First.AddDays(day)) - TimeSpan.FromHours(1), TimeSpan.FromDays(1))));
                }
            }
            week[day] = [.. kept.Select(windows => windows.OrderBy(w => w.Kind).ThenBy(w => w.Window.Start).ToArray())];
        }
        return (series, week);
    }

    private static CentreFacts FactsOf(Series[] series)
    {
        var rooms = series.Where(s => s.Quantity == "co2").Select(s => s.Place ?? s.Device).Distinct();
        return new CentreFacts
        {
            Zone = Zone, Points = [.. series], Spaces = [.. rooms.Select(room => new Space(room, room, null) { AreaSquareMetres = 30,
                HeightMetres = 2.7, PeopleMax = 6 })],
            Opening = new OpeningHours([.. Enumerable.Range(1, 5).Select(day => new OpenStretch((DayOfWeek)day, TimeSpan.FromHours(8),
                TimeSpan.FromHours(19)))], []),
            Roles = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("main", [series.First(s => s.Quantity == "energy.active.import").Name]),
        };
    }

    private static Instant Start(DateOnly day) => Instant.From(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
