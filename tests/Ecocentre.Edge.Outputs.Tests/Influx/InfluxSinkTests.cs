using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Influx;

public sealed class InfluxSinkTests : SinkContract
{
    private const string Database = "ecocentre";

    private Influxd _influxd = null!;

    public override async ValueTask InitializeAsync() => _influxd = await Influxd.StartAsync(null, Database);

    public override ValueTask DisposeAsync() => _influxd.DisposeAsync();

    protected override ISink CreateSink() => Sink(_influxd.Uri);

    protected override async Task<IReadOnlyCollection<long>> HeldAsync(int countMin)
    {
        // What a write was answered for can be read at once: there is nothing to wait for.
        var held = await _influxd.SequencesAsync(Database);
        Assert.Equal(held.Distinct(), held);
        return held;
    }

    protected override Task BreakAsync()
    {
        _influxd.Kill();
        return Task.CompletedTask;
    }

    protected override Task MendAsync() => _influxd.RestartAsync();

    [Fact]
    public async Task Refused_entries_are_named_and_all_others_stored()
    {
        await using var proxy = DatabaseProxy.Start(_influxd.Uri);
        proxy.Judge = DatabaseProxy.Refusing(line =>
            line.Contains("seq=103i", StringComparison.Ordinal) || line.Contains("seq=200i", StringComparison.Ordinal));
        await using var sink = Sink(proxy.Uri);
        var delivery = await sink.DeliverAsync(Batch(101, 100), CancellationToken.None);
        Assert.Equal(DeliveryOutcome.Rejected, delivery.Outcome);
        Assert.Equal([103L, 200], delivery.RejectedSequences);
        Assert.Contains("400 unable to parse 'window", delivery.Reason);
        Assert.Equal(Enumerable.Range(101, 99).Select(n => (long)n).Where(n => n != 103), await HeldAsync(98));
    }

    [Fact]
    public async Task Server_that_denies_is_asked_again_and_a_person_is_called()
    {
        await using var proxy = DatabaseProxy.Start(_influxd.Uri);
        proxy.Judge = _ => new DatabaseAnswer.Status(401, """{"code":"unauthorized","message":"unauthorized access"}""");
        await using var sink = Sink(proxy.Uri);
        var delivery = await sink.DeliverAsync(Batch(1, 3), CancellationToken.None);
        Assert.Equal(DeliveryOutcome.RetryLater, delivery.Outcome);
        Assert.Contains("a person must act: 401 unauthorized access", delivery.Reason);
    }

    [Fact]
    public async Task Wait_that_the_server_asks_for_is_passed_on()
    {
        await using var proxy = DatabaseProxy.Start(_influxd.Uri);
        proxy.Judge = _ => new DatabaseAnswer.Status(429, "quota", "600");
        await using var sink = Sink(proxy.Uri);
        var delivery = await sink.DeliverAsync(Batch(1, 3), CancellationToken.None);
        Assert.Equal((DeliveryOutcome.RetryLater, TimeSpan.FromMinutes(10)), (delivery.Outcome, delivery.RetryAfter));
    }

    private static InfluxSink Sink(Uri url) =>
        new("influx", "lyon-1", new InfluxWriter(new InfluxOptions { Url = url, Database = Database }, TimeProvider.System));
}
