using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Tests.Influx;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.EndToEnd;

/// <summary>The boards in <c>config/grafana</c> ask a real InfluxDB for what the gateway writes, and get rows.</summary>
public sealed partial class GrafanaTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>
{
    private const string Centre = "lyon";

    [GeneratedRegex(@"\$\{?\w+\}?")]
    private static partial Regex Variable();

    [GeneratedRegex(@"= '([^']+)'")]
    private static partial Regex Literal();

    [GeneratedRegex(@"FROM (""\w+"")")]
    private static partial Regex Measurement();

    public static TheoryData<string> Boards() =>
        [.. Directory.EnumerateFiles(Repository.At("config", "grafana", "dashboards"), "*.json").Select(f => Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(Boards))]
    public async Task Every_question_of_a_board_is_answered_with_rows(string board)
    {
        var database = await fixture.NewDatabaseAsync();
        await using (var sink = new InfluxSink("influx", Centre, new InfluxWriter(
            new InfluxOptions { Url = fixture.Influxd.Uri, Database = database }, TimeProvider.System)))
            Assert.Equal(DeliveryOutcome.Accepted, (await sink.DeliverAsync(Entries(), CancellationToken.None)).Outcome);
        using var json = JsonDocument.Parse(File.ReadAllText(Repository.At("config", "grafana", "dashboards", board)));
        foreach (var question in Questions(json.RootElement))
        {
            var asked = Ask(question);
            Assert.False(Variable().IsMatch(asked.Replace("$/", "/", StringComparison.Ordinal)), $"{board} uses a variable that the test does not fill: {asked}");
            Assert.True((await fixture.Influxd.RowsAsync(database, asked)).Count > 0, $"{board}: no row for {asked}");
        }
    }

    public static TheoryData<string> AllBoards() =>
        [.. Boards().Select(board => $"dashboards/{board.Data}"), .. Boards().Select(board => $"flux/{board.Data}")];

    /// <summary>Flux needs an InfluxDB that Debian has not: InfluxData's own compiler looks at these questions, in
    /// <c>tests/dashboard/flux.test.mjs</c>.</summary>
    [Theory]
    [MemberData(nameof(Boards))]
    public void A_board_in_Flux_shows_what_that_in_InfluxQL_shows(string board)
    {
        using var ql = JsonDocument.Parse(File.ReadAllText(Repository.At("config", "grafana", "dashboards", board)));
        using var flux = JsonDocument.Parse(File.ReadAllText(Repository.At("config", "grafana", "flux", board)));
        Assert.Equal(Panels(ql), Panels(flux));
        Assert.NotEqual(ql.RootElement.GetProperty("uid").GetString(), flux.RootElement.GetProperty("uid").GetString());
        // What a question filters by in one language, it filters by in the other.
        foreach (var (asked, said) in Questions(ql.RootElement, variables: false).Zip(Questions(flux.RootElement, variables: false)))
        {
            foreach (Match word in Literal().Matches(asked)) Assert.Contains($"\"{word.Groups[1].Value}\"", said);
            foreach (Match name in Variable().Matches(asked).Where(name => name.Value is "$centre" or "$place" or "$criterion"))
                Assert.Contains($"${{{name.Value[1..]}:regex}}", said);
            Assert.Contains($"r._measurement == {Measurement().Match(asked).Groups[1].Value}", said);
        }

        static (int, string?, string?, string?, int)[] Panels(JsonDocument one) =>
            [.. one.RootElement.GetProperty("panels").EnumerateArray().Select(p => (p.GetProperty("id").GetInt32(), p.GetProperty("type").GetString(),
                p.GetProperty("title").GetString(), p.GetProperty("description").GetString(), p.GetProperty("targets").GetArrayLength()))];
    }

    [Theory]
    [MemberData(nameof(AllBoards))]
    public void A_board_is_whole(string board)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Repository.At("config", "grafana", board)));
        var panels = json.RootElement.GetProperty("panels").EnumerateArray().ToArray();
        Assert.NotEmpty(panels);
        Assert.Equal(panels.Length, panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels, p => Assert.False(string.IsNullOrWhiteSpace(p.GetProperty("description").GetString()), $"{p.GetProperty("title")} says nothing of itself."));
        var taken = new HashSet<(int X, int Y)>();
        foreach (var panel in panels)
        {
            var place = panel.GetProperty("gridPos");
            var (x, y) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32());
            var (w, h) = (place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
            Assert.True(x + w <= 24, $"{panel.GetProperty("title")} is wider than the board.");
            for (var i = 0; i < w * h; i++) Assert.True(taken.Add((x + i % w, y + i / w)), $"{panel.GetProperty("title")} lies over another panel.");
        }
        // A board that names one person's database is of no use to others.
        Assert.All(panels, p => Assert.Equal("${database}", p.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    private static IEnumerable<string> Questions(JsonElement board, bool variables = true) =>
        board.GetProperty("panels").EnumerateArray().SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("query").GetString()!)
            .Concat(!variables ? [] : board.GetProperty("templating").GetProperty("list").EnumerateArray()
                .Where(v => v.GetProperty("type").GetString() == "query").Select(v => v.GetProperty("query").GetString()!));

    /// <summary>What Grafana makes of a question: regular expressions of all values, the time shown, the interval of a pixel.</summary>
    private static string Ask(string question) => question
        .Replace("/^$centre$/", $"/^{Centre}$/", StringComparison.Ordinal).Replace("/^$place$/", "/^.*$/", StringComparison.Ordinal)
        .Replace("/^$criterion$/", "/^AQ-1$/", StringComparison.Ordinal)
        .Replace("$timeFilter", $"time >= {Facts.Start.UnixMilliseconds}ms AND time < {(Facts.Start + TimeSpan.FromDays(1)).UnixMilliseconds}ms", StringComparison.Ordinal)
        .Replace("$__interval", "15m", StringComparison.Ordinal);

    private static LogEntry[] Entries()
    {
        var random = new Random(20_261_122);
        var series = new[]
        {
            Gauge("air-1", "co2", "ppm", "meeting"), Gauge("air-1", "temperature", "°C", "meeting"), Gauge("open-space", "people", "1", "open-space"),
            Gauge("main", "power.active", "W", "plant-room"),
            new Series("main.energy.active.import", "energy.active.import", "kWh", PointKind.Counter, "main", "plant-room"),
        };
        var facts = new List<LogFact>();
        for (var quarter = 0; quarter < 8; quarter++)
            facts.AddRange(Facts.Windows(series, WindowKind.QuarterHour, Facts.Start + quarter * TimeSpan.FromMinutes(15), random));
        facts.AddRange(Facts.Windows(series, WindowKind.Day, Facts.Start, random));
        facts.Add(Facts.Incident(Facts.Start + TimeSpan.FromHours(1), "main on rs485 does not answer."));
        facts.Add(VerdictJson.ToFact(Verdict(PeriodKind.Day), Facts.Start + TimeSpan.FromHours(2)));
        facts.Add(VerdictJson.ToFact(Verdict(PeriodKind.Month), Facts.Start + TimeSpan.FromHours(2)));
        return [.. facts.Select((fact, index) => new LogEntry(index + 1, fact))];
    }

    private static Series Gauge(string device, string quantity, string unit, string place) =>
        new($"{device}.{quantity}", quantity, unit, PointKind.Gauge, device, place);

    private static Verdict Verdict(PeriodKind kind) => new()
    {
        Criterion = "AQ-1", Period = Period.Containing(kind, new DateOnly(2026, 11, 1)), Profile = "ecocentre 1", Level = VerdictLevel.Level2, IsFinal = true,
        Finding = new Finding(0.96, "1", ImmutableArray<LevelFinding>.Empty), Coverage = new VerdictCoverage(100, 98, [2, 0, 0, 0], 0.9),
        Step = TimeSpan.FromMinutes(10),
    };
}
