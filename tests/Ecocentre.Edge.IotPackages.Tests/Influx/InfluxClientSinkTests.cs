using Ecocentre.Edge.IotPackages.Influx;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Tests;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.IotPackages.Tests.Influx;

/// <summary>The sink on InfluxDB.Client keeps the contract, through a proxy that makes its API v2 the real engine's own.</summary>
public sealed class InfluxClientSinkTests : SinkContract
{
    private const string Database = "ecocentre";

    private Influxd _influxd = null!;
    private DatabaseProxy _proxy = null!;

    public override async ValueTask InitializeAsync()
    {
        _influxd = await Influxd.StartAsync(null, Database);
        _proxy = DatabaseProxy.Start(_influxd.Uri);
    }

    public override async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _influxd.DisposeAsync();
    }

    protected override ISink CreateSink() => Sink();

    protected override async Task<IReadOnlyCollection<long>> HeldAsync(int countMin) => await _influxd.SequencesAsync(Database);

    protected override Task BreakAsync()
    {
        _influxd.Kill();
        return Task.CompletedTask;
    }

    protected override Task MendAsync() => _influxd.RestartAsync();

    [Fact]
    public async Task It_asks_as_the_api_wants_it_with_token_and_place()
    {
        await using var sink = Sink();
        Assert.Equal(DeliveryOutcome.Accepted, (await sink.DeliverAsync(Batch(1, 3), CancellationToken.None)).Outcome);
        var write = Assert.Single(_proxy.Writes);
        Assert.Equal(("/api/v2/write", Database, "eco", "ns", "Token secret"),
            (write.Path, write.Query["bucket"], write.Query["org"], write.Query["precision"], write.Authorization));
    }

    [Fact]
    public async Task Refused_entries_are_named_and_all_others_stored()
    {
        _proxy.Judge = DatabaseProxy.Refusing(line =>
            line.Contains("seq=103i", StringComparison.Ordinal) || line.Contains("seq=200i", StringComparison.Ordinal));
        await using var sink = Sink();
        var delivery = await sink.DeliverAsync(Batch(101, 100), CancellationToken.None);
        Assert.Equal(DeliveryOutcome.Rejected, delivery.Outcome);
        Assert.Equal([103L, 200], delivery.RejectedSequences);
        Assert.Contains("400 unable to parse", delivery.Reason);
        Assert.Equal(Enumerable.Range(101, 99).Select(n => (long)n).Where(n => n != 103), (await HeldAsync(98)).Order());
    }

    [Fact]
    public async Task What_the_server_says_of_nothing_in_particular_blames_no_line()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(400, """{"code":"invalid","message":"this is a proxy"}""");
        await using var sink = Sink();
        Assert.Equal(DeliveryOutcome.RetryLater, (await sink.DeliverAsync(Batch(1, 20), CancellationToken.None)).Outcome);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Server_that_denies_is_asked_again_and_a_person_is_called(int status)
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(status, """{"code":"unauthorized","message":"unauthorized access"}""");
        await using var sink = Sink();
        var delivery = await sink.DeliverAsync(Batch(1, 3), CancellationToken.None);
        Assert.Equal(DeliveryOutcome.RetryLater, delivery.Outcome);
        Assert.Contains($"a person must act: {status} unauthorized access", delivery.Reason);
        Assert.DoesNotContain("secret", delivery.Reason);
    }

    [Fact]
    public async Task Wait_that_the_server_asks_for_is_passed_on()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(429, "quota", "600");
        await using var sink = Sink();
        var delivery = await sink.DeliverAsync(Batch(1, 3), CancellationToken.None);
        Assert.Equal((DeliveryOutcome.RetryLater, TimeSpan.FromMinutes(10)), (delivery.Outcome, delivery.RetryAfter));
    }

    /// <summary>The package's own writer drops a batch after one timeout.</summary>
    [Fact]
    public async Task A_server_too_slow_costs_nothing_but_time()
    {
        _proxy.Judge = write => write.Number == 1 ? new DatabaseAnswer.Hang() : null;
        await using var sink = Sink(timeout: TimeSpan.FromSeconds(1));
        var delivery = await sink.DeliverAsync(Batch(1, 10), CancellationToken.None);
        Assert.Equal(DeliveryOutcome.RetryLater, delivery.Outcome);
        Assert.Contains("No answer within 1 s", delivery.Reason);
        Assert.Equal(DeliveryOutcome.Accepted, (await sink.DeliverAsync(Batch(1, 10), CancellationToken.None)).Outcome);
        Assert.Equal(10, (await HeldAsync(10)).Count);
    }

    [Fact]
    public async Task The_default_sink_can_go_on_where_it_ended_and_the_other_way_round()
    {
        await using (var sink = Sink()) await UntilTakenAsync(sink, Batch(1, 20));
        var options = new InfluxOptions { Url = _influxd.Uri, Database = Database };
        await using (var other = new InfluxSink("influx", "lyon-1", new InfluxWriter(options, TimeProvider.System))) await UntilTakenAsync(other, Batch(11, 20));
        await using (var sink = Sink()) await UntilTakenAsync(sink, Batch(21, 20));
        Assert.Equal(Enumerable.Range(1, 40).Select(n => (long)n), (await HeldAsync(40)).Order());
    }

    [Fact]
    public void A_database_without_the_api_is_refused_in_words()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new InfluxClientSink("influx", "lyon-1", Options() with { Flavour = InfluxFlavour.Influx1 }, TimeProvider.System));
        Assert.Contains("no API v2", refusal.Message);
    }

    private InfluxOptions Options() => new()
    {
        Url = _proxy.Uri, Flavour = InfluxFlavour.Influx2, Database = Database, Organisation = "eco", Token = "secret",
    };

    private InfluxClientSink Sink(TimeSpan? timeout = null) =>
        new("influx", "lyon-1", Options() with { Timeout = timeout ?? TimeSpan.FromSeconds(10) }, TimeProvider.System);
}
