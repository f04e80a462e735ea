using System.Globalization;
using System.Text;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Influx;

/// <summary>Every HTTP class against a real engine: what the proxy does not answer itself, influxd does.</summary>
public sealed class InfluxWriterTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>, IAsyncDisposable
{
    private const int Many = 5_000;

    // Waits between repetitions (0.5, 1, 2 s, or as told) are sat out; the timeout of 10 s is not.
    private static readonly TimeSpan Waits = TimeSpan.FromSeconds(9);

    private readonly ManualTime _time = new();
    private readonly DatabaseProxy _proxy = DatabaseProxy.Start(fixture.Influxd.Uri);

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Fact]
    public async Task Lines_are_stored_with_their_times()
    {
        var database = await fixture.NewDatabaseAsync();
        using var writer = Writer(database);
        var result = await WriteAsync(writer, Lines(Many));
        Assert.Equal((WriteOutcome.Written, null, 1), (result.Outcome, result.Reason, result.Requests));
        var rows = await fixture.Influxd.RowsAsync(database, "SELECT seq FROM window");
        Assert.Equal(Enumerable.Range(1, Many).Select(seq => (TimeOf(seq), (long)seq)), rows.Select(row => (row[0].GetInt64(), row[1].GetInt64())));
    }

    [Fact]
    public async Task Nothing_is_written_without_a_request() =>
        Assert.Equal((WriteOutcome.Written, 0), await OutcomeAsync(new InfluxWriter(Options("none"), _time), ""));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_bad_line_of_5000_is_set_apart_and_all_others_are_stored(bool keepsGoodLines)
    {
        // influxd keeps the good lines of a batch that it answers 400; other servers refuse it whole.
        var database = await fixture.NewDatabaseAsync();
        if (!keepsGoodLines) _proxy.Judge = DatabaseProxy.Refusing(line => line.StartsWith("rubbish", StringComparison.Ordinal));
        using var writer = Writer(database);
        var lines = Lines(Many).Split('\n');
        lines[3_141] = "rubbish";
        var result = await WriteAsync(writer, string.Join('\n', lines));

        var refused = Assert.Single(result.Refused);
        Assert.Equal((3_141, "rubbish"), (refused.Number, Encoding.UTF8.GetString(refused.Line.Span)));
        Assert.StartsWith("400 unable to parse 'rubbish'", refused.Reason);
        Assert.Equal(WriteOutcome.Written, result.Outcome);
        Assert.InRange(result.Requests, 2, 29);
        await AssertStoredAsync(database, Many, except: 3_142);
    }

    [Fact]
    public async Task Line_of_another_type_is_set_apart_with_the_servers_words()
    {
        var database = await fixture.NewDatabaseAsync();
        using var writer = Writer(database);
        await WriteAsync(writer, "window,centre=a value=1 1\n");
        var result = await WriteAsync(writer, Lines(100) + "window,centre=a value=\"text\" 2\n" + Lines(200, 101));
        Assert.Equal([100], result.Refused.Select(line => line.Number));
        Assert.Contains("field type conflict", result.Reason);
        Assert.Equal(Enumerable.Range(1, 200), (await fixture.Influxd.RowsAsync(database, "SELECT seq FROM window")).Select(row => row[1].GetInt32()));
    }

    [Fact]
    public async Task Lines_beyond_retention_are_all_set_apart_at_once()
    {
        var database = await fixture.NewDatabaseAsync();
        await fixture.Influxd.RowsAsync(database, $"CREATE RETENTION POLICY short ON {database} DURATION 1h REPLICATION 1");
        using var writer = new InfluxWriter(Options(database) with { RetentionPolicy = "short" }, _time);
        var result = await WriteAsync(writer, Lines(Many));
        Assert.Equal((WriteOutcome.Written, Many, 1), (result.Outcome, result.Refused.Count, result.Requests));
        Assert.Contains("beyond retention", result.Reason);
    }

    [Fact]
    public async Task Too_large_a_body_is_split_and_not_offered_again()
    {
        await using var small = await Influxd.StartAsync(new InfluxdSetup { BodyBytesMax = 20_000 }, "small");
        await using var proxy = DatabaseProxy.Start(small.Uri);
        using var writer = new InfluxWriter(Options("small") with { Url = proxy.Uri }, _time);
        var first = await WriteAsync(writer, Lines(2_000));
        var second = await WriteAsync(writer, Lines(4_000, 2_001));
        Assert.Equal((WriteOutcome.Written, WriteOutcome.Written), (first.Outcome, second.Outcome));
        Assert.Equal(Enumerable.Range(1, 4_000).Select(seq => (long)seq), await small.SequencesAsync("small"));
        Assert.True(second.Requests < first.Requests);
    }

    [Fact]
    public async Task Line_too_large_for_the_server_is_set_apart()
    {
        var database = await fixture.NewDatabaseAsync();
        _proxy.Judge = write => write.Lines.Sum(line => line.Length + 1) > 4_000 ? new DatabaseAnswer.Status(413, "too large") : null;
        using var writer = Writer(database);
        var result = await WriteAsync(writer, Lines(50) + $"window text=\"{new string('x', 5_000)}\" 1\n" + Lines(100, 51));
        Assert.Equal([50], result.Refused.Select(line => line.Number));
        Assert.Equal("413 too large", result.Reason);
        await AssertStoredAsync(database, 100);
    }

    [Fact]
    public async Task Wrong_login_keeps_all_lines_and_says_so()
    {
        await using var guarded = await Influxd.StartAsync(new InfluxdSetup { User = "edge", Password = "right" }, "guarded");
        var options = Options("guarded") with { Url = guarded.Uri, User = "edge", Password = "wrong" };
        using var stranger = new InfluxWriter(options, _time);
        var result = await WriteAsync(stranger, Lines(Many));
        Assert.Equal((WriteOutcome.Denied, 1), (result.Outcome, result.Requests));
        Assert.Equal("401 authorization failed", result.Reason);
        using var friend = new InfluxWriter(options with { Password = "right" }, _time);
        Assert.Equal((WriteOutcome.Written, 1), await OutcomeAsync(friend, Lines(Many)));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Answer_that_blames_no_line_keeps_all_lines_after_one_request(int status)
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(status, """{"message":"bucket \"x\" not found"}""");
        using var writer = Writer("none");
        var result = await WriteAsync(writer, Lines(Many));
        Assert.Equal((WriteOutcome.Denied, 1), (result.Outcome, result.Requests));
        Assert.Equal($"{status} bucket \"x\" not found", result.Reason);
    }

    [Fact]
    public async Task Missing_database_is_a_persons_matter_unless_it_may_be_created()
    {
        using var waiting = Writer("not yet\"there");
        var result = await WriteAsync(waiting, Lines(10));
        Assert.Equal((WriteOutcome.Denied, 1), (result.Outcome, result.Requests));
        Assert.Contains("database not found", result.Reason);
        using var creating = new InfluxWriter(Options("not yet\"there") with { CreateDatabase = true }, _time);
        Assert.Equal((WriteOutcome.Written, 1), await OutcomeAsync(creating, Lines(10)));
        Assert.Equal(10, (await fixture.Influxd.RowsAsync("not yet\"there", "SELECT seq FROM window")).Count);
    }

    [Fact]
    public async Task Version_2_client_at_a_version_1_server_is_told_that_there_is_nothing()
    {
        using var writer = new InfluxWriter(Options("any") with { Url = fixture.Influxd.Uri, Flavour = InfluxFlavour.Influx2, Organisation = "o" }, _time);
        var result = await WriteAsync(writer, Lines(1));
        Assert.Equal((WriteOutcome.Denied, "404 404 page not found"), (result.Outcome, result.Reason));
    }

    [Theory]
    [InlineData(429, "7")]
    [InlineData(503, "7")]
    [InlineData(503, "Sat, 21 Nov 2026 19:00:07 GMT")]
    public async Task Busy_server_is_waited_for_as_told(int status, string retryAfter)
    {
        var database = await fixture.NewDatabaseAsync();
        _proxy.Judge = write => write.Number == 1 ? new DatabaseAnswer.Status(status, "slow down", retryAfter) : null;
        using var writer = Writer(database);
        var result = await WriteAsync(writer, Lines(Many));
        Assert.Equal((WriteOutcome.Written, 2), (result.Outcome, result.Requests));
        Assert.Contains(TimeSpan.FromSeconds(7), _time.Asked);
        await AssertStoredAsync(database, Many);
    }

    [Fact]
    public async Task Server_that_asks_for_a_long_wait_is_left_to_the_caller_who_is_told_how_long()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(429, "quota", "3600");
        using var writer = Writer("none");
        var result = await WriteAsync(writer, Lines(10));
        Assert.Equal((WriteOutcome.Later, TimeSpan.FromHours(1), 1), (result.Outcome, result.RetryAfter, result.Requests));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Server_that_stays_busy_keeps_all_lines(int status)
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(status, "busy");
        using var writer = Writer("none");
        var result = await WriteAsync(writer, Lines(10));
        Assert.Equal((WriteOutcome.Later, $"{status} busy", 4), (result.Outcome, result.Reason, result.Requests));
    }

    [Fact]
    public async Task Server_ill_for_a_moment_is_asked_again()
    {
        var database = await fixture.NewDatabaseAsync();
        _proxy.Judge = write => write.Number < 3 ? new DatabaseAnswer.Status(500, "oops") : null;
        using var writer = Writer(database);
        Assert.Equal((WriteOutcome.Written, 3), await OutcomeAsync(writer, Lines(Many)));
        await AssertStoredAsync(database, Many);
    }

    [Fact]
    public async Task Line_that_always_makes_the_server_ill_is_set_apart()
    {
        var database = await fixture.NewDatabaseAsync();
        _proxy.Judge = DatabaseProxy.Refusing(line => line.Contains("seq=77i", StringComparison.Ordinal), 500, "unexpected error writing points");
        using var writer = Writer(database);
        var result = await WriteAsync(writer, Lines(Many));
        Assert.Equal([76], result.Refused.Select(line => line.Number));
        Assert.StartsWith("500 unexpected error", result.Reason);
        await AssertStoredAsync(database, Many, except: 77);
    }

    [Fact]
    public async Task Server_ill_for_good_keeps_all_lines()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(500, "panic");
        using var writer = Writer("none");
        var result = await WriteAsync(writer, Lines(Many));
        Assert.Equal((WriteOutcome.Later, "500 panic"), (result.Outcome, result.Reason));
        Assert.Empty(result.Refused);
        Assert.InRange(result.Requests, 4, 50);
    }

    [Fact]
    public async Task Missing_retention_policy_answered_500_keeps_all_lines()
    {
        var database = await fixture.NewDatabaseAsync();
        using var writer = new InfluxWriter(Options(database) with { RetentionPolicy = "nope" }, _time);
        var result = await WriteAsync(writer, Lines(100));
        Assert.Equal((WriteOutcome.Later, "500 retention policy not found: nope"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Hanging_server_is_given_up_after_the_timeout_and_asked_again()
    {
        var database = await fixture.NewDatabaseAsync();
        _proxy.Judge = write => write.Number == 1 ? new DatabaseAnswer.Hang() : null;
        using var writer = Writer(database);
        var writing = writer.WriteAsync(Encoding.UTF8.GetBytes(Lines(Many)), CancellationToken.None).AsTask();
        var timeout = await _time.WaitForWaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(10), timeout);
        await UntilAsync(() => _proxy.Writes.Count == 1);
        _time.Advance(timeout);
        Assert.Equal((WriteOutcome.Written, 2), Told(await _time.SitOutAsync(writing, Waits)));
        await AssertStoredAsync(database, Many);
    }

    [Fact]
    public async Task Server_that_always_hangs_keeps_all_lines()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Hang();
        using var writer = Writer("none");
        var result = await _time.SitOutAsync(writer.WriteAsync(Encoding.UTF8.GetBytes(Lines(10)), CancellationToken.None).AsTask(), TimeSpan.FromMinutes(1));
        Assert.Equal((WriteOutcome.Later, "No answer within 10 s."), (result.Outcome, result.Reason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_cut_after_the_body_was_taken_is_no_loss_and_no_duplicate(bool stored)
    {
        var database = await fixture.NewDatabaseAsync();
        _proxy.Judge = write => write.Number == 1 ? new DatabaseAnswer.Cut(stored) : null;
        using var writer = Writer(database);
        Assert.Equal((WriteOutcome.Written, 2), await OutcomeAsync(writer, Lines(Many)));
        await AssertStoredAsync(database, Many);
    }

    [Fact]
    public async Task Database_killed_in_the_middle_keeps_the_lines_until_it_is_back()
    {
        await using var influxd = await Influxd.StartAsync(null, "db");
        using var writer = new InfluxWriter(Options("db") with { Url = influxd.Uri }, _time);
        Assert.Equal((WriteOutcome.Written, 1), await OutcomeAsync(writer, Lines(1_000)));
        influxd.Kill();
        var away = await WriteAsync(writer, Lines(2_000, 1_001));
        Assert.Equal((WriteOutcome.Later, 4), (away.Outcome, away.Requests));
        Assert.Contains("refused", away.Reason, StringComparison.OrdinalIgnoreCase);
        await influxd.RestartAsync();
        Assert.Equal((WriteOutcome.Written, 1), await OutcomeAsync(writer, Lines(2_000, 1_001)));
        Assert.Equal(Enumerable.Range(1, 2_000).Select(seq => (long)seq), await influxd.SequencesAsync("db"));
    }

    [Fact]
    public async Task Page_of_a_proxy_that_refuses_everything_is_not_blamed_on_the_lines()
    {
        var page = $"<html><center><h1>400 Bad Request</h1></center>{new string(' ', 100_000)}</html>";
        _proxy.Judge = _ => new DatabaseAnswer.Status(400, page);
        using var writer = Writer("none");
        var result = await WriteAsync(writer, Lines(Many));
        Assert.Equal(WriteOutcome.Later, result.Outcome);
        Assert.StartsWith("400 <html>", result.Reason);
        Assert.InRange(result.Reason!.Length, 10, 500);
    }

    [Theory]
    [InlineData(InfluxFlavour.Influx1, "/write", "db", "Basic ZWRnZTpzw6ljcmV0")]
    [InlineData(InfluxFlavour.Influx2, "/api/v2/write", "bucket", "Token t0ken")]
    [InlineData(InfluxFlavour.Influx3, "/api/v2/write", "bucket", "Token t0ken")]
    [InlineData(InfluxFlavour.VictoriaMetrics, "/write", "db", "Bearer t0ken")]
    public async Task Every_flavour_is_asked_in_its_own_way_and_compressed_on_demand(InfluxFlavour flavour, string path, string key, string login)
    {
        var database = await fixture.NewDatabaseAsync();
        var options = Options(database) with { Flavour = flavour, Gzip = true };
        options = flavour == InfluxFlavour.Influx1 ? options with { User = "edge", Password = "sécret", RetentionPolicy = "autogen" }
            : flavour == InfluxFlavour.Influx2 ? options with { Token = "t0ken", Organisation = "Écocentre & Co" } : options with { Token = "t0ken" };
        using var writer = new InfluxWriter(options, _time);
        Assert.Equal((WriteOutcome.Written, 1), await OutcomeAsync(writer, Lines(Many)));
        await AssertStoredAsync(database, Many);
        var write = Assert.Single(_proxy.Writes);
        Assert.Equal((path, login, true, "ns"), (write.Path, write.Authorization, write.Gzip, write.Query["precision"]));
        Assert.Equal(database, write.Query[key]);
        Assert.Equal(flavour == InfluxFlavour.Influx2 ? "Écocentre & Co" : null, write.Query["org"]);
        Assert.Equal(flavour == InfluxFlavour.Influx1 ? "autogen" : null, write.Query["rp"]);
        Assert.DoesNotContain("cret", options.ToString());
        Assert.DoesNotContain("t0ken", options.ToString());
    }

    [Fact]
    public async Task VictoriaMetrics_stores_every_sequence_at_its_millisecond()
    {
        await using var victoria = await VictoriaMetrics.StartAsync();
        foreach (var gzip in new[] { false, true })
        {
            using var writer = new InfluxWriter(Options("") with { Url = victoria.Uri, Flavour = InfluxFlavour.VictoriaMetrics, Gzip = gzip }, _time);
            Assert.Equal((WriteOutcome.Written, 1), await OutcomeAsync(writer, Lines(1_000)));
        }
        var stored = await victoria.ExportAsync("window_seq");
        Assert.Equal(Enumerable.Range(1, 1_000).Select(seq => (TimeOf(seq) / 1_000_000, (double)seq)),
            stored.Select(row => (row.UnixMilliseconds, row.Value)).Distinct().Order());
        Assert.All(stored, row => Assert.Equal("lyon", row.Labels["centre"]));
    }

    [Fact]
    public async Task Path_of_a_reverse_proxy_is_kept()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(204);
        using var writer = new InfluxWriter(Options("d b") with { Url = new Uri(_proxy.Uri, "behind/") }, _time);
        Assert.Equal((WriteOutcome.Written, 1), await OutcomeAsync(writer, Lines(1)));
        Assert.Equal(("/behind/write", "d b"), (Assert.Single(_proxy.Writes).Path, _proxy.Writes.Single().Query["db"]));
    }

    [Fact]
    public async Task More_lines_than_one_request_may_hold_go_in_several_in_order()
    {
        var database = await fixture.NewDatabaseAsync();
        using var writer = new InfluxWriter(Options(database) with { LinesMax = 300 }, _time);
        Assert.Equal((WriteOutcome.Written, 4), await OutcomeAsync(writer, Lines(1_000)));
        Assert.Equal([300, 300, 300, 100], _proxy.Writes.Select(write => write.Lines.Count));
        await AssertStoredAsync(database, 1_000);
    }

    [Fact]
    public async Task Cancelled_write_ends_at_once()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Hang();
        using var writer = Writer("none");
        using var cancellation = new CancellationTokenSource();
        var writing = writer.WriteAsync(Encoding.UTF8.GetBytes(Lines(10)), cancellation.Token).AsTask();
        await UntilAsync(() => _proxy.Writes.Count == 1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private InfluxWriter Writer(string database) => new(Options(database), _time);

    private InfluxOptions Options(string database) => new() { Url = _proxy.Uri, Database = database };

    private Task<WriteResult> WriteAsync(InfluxWriter writer, string lines) =>
        _time.SitOutAsync(writer.WriteAsync(Encoding.UTF8.GetBytes(lines), CancellationToken.None).AsTask(), Waits);

    private async Task<(WriteOutcome, int)> OutcomeAsync(InfluxWriter writer, string lines) => Told(await WriteAsync(writer, lines));

    private static (WriteOutcome, int) Told(WriteResult result) => (result.Outcome, result.Requests);

    private async Task AssertStoredAsync(string database, int last, long except = 0) =>
        Assert.Equal(Enumerable.Range(1, last).Select(seq => (long)seq).Where(seq => seq != except), await fixture.Influxd.SequencesAsync(database));

    private static long TimeOf(int seq) => 1_700_000_000_000_000_000 + seq * 60_000_000_000L;

    private static string Lines(int last, int first = 1)
    {
        var lines = new StringBuilder();
        for (var seq = first; seq <= last; seq++)
            lines.Append(CultureInfo.InvariantCulture, $"window,centre=lyon,point=p value={seq}.5,seq={seq}i {TimeOf(seq)}\n");
        return lines.ToString();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(5, deadline.Token);
    }
}
