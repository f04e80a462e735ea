using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class DemoCommandTests : IDisposable
{
    // Real seconds; the demo's building lives ten times as fast meanwhile and closes two minutes.
    private const string Seconds = "15";

    private readonly Scratch _scratch = new();
    private int _folders;

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Demo_agrees_with_the_truth_and_with_the_database()
    {
        await using var influxd = await Influxd.StartAsync();
        var verb = await DemoAsync("--influx", $"{influxd.Uri}");
        // On a machine that stands still again and again there may be nothing that can be judged.
        for (var tries = 1; verb.ExitCode != 0 && verb.Output.Contains("stood still") && tries < 5; tries++)
            verb = await DemoAsync("--influx", $"{influxd.Uri}", "--database", $"again{tries}");
        Assert.True(verb.ExitCode == 0, verb.Output + verb.Errors);
        Assert.Contains("All agree.", verb.Output);
        Assert.Matches(@"(?m)^main.energy\.active\.import +\d", verb.Output);
        Assert.Matches(@"(?m)^water\.water +\d", verb.Output);
        Assert.Matches(@"(?m)^air-quiet\.humidity +\d", verb.Output);
        Assert.Matches(@"(?m)^desks +[1-9]\d* looks at 60 desks", verb.Output);
        Assert.Matches(@"rows in InfluxDB +([1-9]\d*) windows of \1, (\d+) incidents of \2", verb.Output);
    }

    [Fact]
    public async Task Instruments_are_declared_as_their_chips_tell_them_and_valid()
    {
        string[] telling = ["air-open-space", "air-quiet", "air-focus-room", "air-meeting", "dust-kitchen", "roof-warmth", "warmth-open-space"];
        var newest = await InstrumentsAsync("6");
        // A machine that stood still meanwhile has not asked all of them.
        if (telling.Any(name => newest[name].ToldSerial is null)) newest = await InstrumentsAsync("60");
        var now = Instant.From(TimeProvider.System.GetUtcNow());
        Assert.Equal("B", newest["main"].Declared.AccuracyClass);
        // Two CO2 sensors on Modbus and six chips, and what else can be calibrated.
        var calibrated = newest.Values.Where(record => record.Declared.Calibrated is not null).ToArray();
        Assert.True(calibrated.Length >= 8, $"{calibrated.Length} are calibrated.");
        Assert.All(calibrated, record => Assert.True(record.Declared.ValidUntil > now && record.Declared.Certificate is not null, record.Declared.Device));
        Assert.All(telling, name => Assert.Equal((name, newest[name].Declared.Serial), (name, newest[name].ToldSerial)));
        Assert.Equal(telling.Length, telling.Select(name => newest[name].ToldSerial).Distinct().Count(serial => serial is not null));
        Assert.DoesNotContain(newest.Values, record => record.IsAnother);
    }

    [Fact]
    public async Task Rows_that_the_database_lost_are_a_disagreement()
    {
        await using var influxd = await Influxd.StartAsync();
        await using var proxy = DatabaseProxy.Start(influxd.Uri);
        // Says that it has the first write, and has not.
        proxy.Judge = write => write.Number == 1 ? new DatabaseAnswer.Status(204, "") : null;
        var verb = await DemoAsync("--influx", $"{proxy.Uri}");
        Assert.True(verb.ExitCode == 1, verb.Output + verb.Errors);
        Assert.Contains("They DISAGREE.", verb.Output);
        Assert.DoesNotContain("All agree.", verb.Output);
    }

    [Fact]
    public async Task Building_can_be_visited_at_any_time()
    {
        var verb = await Verb.RunAsync("demo", "--for", "1", "--at", "2026-11-17T09:30", "--folder", _scratch.Folder);
        Assert.Contains("It is Tuesday 2026-11-17 09:3", verb.Output);
        (await Verb.RunAsync("demo", "--for", "1", "--at", "2026-03-29T02:30", "--folder", _scratch.Folder)).CannotRun("--at", "clocks go forward");
    }

    [Fact]
    public async Task Demo_too_short_to_compare_does_not_claim_to_agree()
    {
        var verb = await Verb.RunAsync("demo", "--for", "2", "--speed", "1", "--folder", _scratch.Folder);
        Assert.Equal(1, verb.ExitCode);
        Assert.Contains("too short to compare", verb.Output);
        Assert.Contains("They DISAGREE.", verb.Output);
    }

    [Fact]
    public async Task Database_that_is_gone_when_it_is_asked_is_told_in_words()
    {
        await using var influxd = await Influxd.StartAsync(null, "ecocentre");
        // Long enough for the first entry to arrive on a busy machine too: what is asked at the end must find nobody.
        var demo = Verb.RunAsync("demo", "--for", "20", "--speed", "1", "--folder", _scratch.Folder, "--influx", $"{influxd.Uri}");
        while ((await influxd.SequencesAsync("ecocentre")).Count == 0)
        {
            Assert.False(demo.IsCompleted, "It ended and had told the database nothing.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        influxd.Kill();
        (await demo).CannotRun($"{influxd.Uri}");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1")]
    public async Task Address_of_no_database_is_refused_at_once(string influx) =>
        (await Verb.RunAsync("demo", "--folder", _scratch.Folder, "--broker", "mqtt://127.0.0.1:1", "--influx", influx)).CannotRun("--influx", influx);

    /// <summary>The newest record of each instrument after so many seconds.</summary>
    private async Task<Dictionary<string, InstrumentRecord>> InstrumentsAsync(string seconds)
    {
        var folder = NewFolder();
        await Verb.RunAsync("demo", "--for", seconds, "--speed", "10", "--folder", folder);
        using var log = EvidenceLog.Open(
            Path.Combine(folder, "ecocentre.log.db"), "demo", LogOptions.Default, Instant.From(TimeProvider.System.GetUtcNow()));
        return log.Records().Select(entry => InstrumentRecord.From((RecordFact)entry.Fact)).OfType<InstrumentRecord>()
            .GroupBy(record => record.Declared.Device).ToDictionary(records => records.Key, records => records.Last());
    }

    private Task<Verb> DemoAsync(params string[] more) => Verb.RunAsync(["demo", "--for", Seconds, "--folder", NewFolder(), .. more]);

    private string NewFolder() => _scratch.File($"demo-{_folders++}");
}
