using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>The whole chain, of which one process after another is killed in the middle of traffic. Goal: the database holds every sequence of the
/// log exactly once, with original times, and all energy that the meters counted meanwhile.</summary>
public sealed class SurvivalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Broker_then_database_then_gateway_killed(bool brokerRemembers)
    {
        await using var chain = await Chain.StartAsync(brokerRemembers);
        chain.StartIngest("ingest-1");
        await chain.StartGatewayAsync();
        await chain.MinutesPassAsync(1);

        chain.Broker.Kill();
        await chain.MinutesPassAsync(2);
        await chain.Broker.RestartAsync();
        await chain.DeliveredAsync();

        chain.Influxd.Kill();
        await chain.MinutesPassAsync(2);
        await chain.Influxd.RestartAsync();
        await chain.DeliveredAsync();

        chain.Gateway.Kill();
        // The meters count on: two building minutes in which nobody reads them.
        await Task.Delay(TimeSpan.FromSeconds(4));
        await chain.StartGatewayAsync();
        await chain.MinutesPassAsync(2);

        await AssertNothingLostAsync(chain, lives: 2);
    }

    [Fact]
    public async Task One_of_two_ingests_of_a_group_killed_with_messages_in_hand()
    {
        await using var chain = await Chain.StartAsync(persistence: false);
        var dying = chain.StartIngest("ingest-1", "ingest");
        chain.StartIngest("ingest-2", "ingest");
        await chain.StartGatewayAsync();
        await chain.DeliveredAsync();
        await chain.MinutesPassAsync(1);
        // Frozen first, so that it dies with what the broker gave it meanwhile.
        dying.Freeze();
        await chain.MinutesPassAsync(2);
        dying.Kill();
        await chain.MinutesPassAsync(1);
        await AssertNothingLostAsync(chain, lives: 1);
    }

    private static async Task AssertNothingLostAsync(Chain chain, int lives)
    {
        var delivered = await chain.DeliveredAsync();
        using var log = chain.KillAndOpenLog();
        var entries = log.Read(0, int.MaxValue);
        Assert.Null(log.Lost);
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(n => (long)n), entries.Select(e => e.Sequence));
        // What was appended after the last look may have been on its way when the gateway was killed: whole, or not at all.
        var rows = await chain.SettledRowsAsync(rows => rows.SequenceEqual(Expected(entries, rows)));
        Assert.True(rows[^1].Sequence >= delivered);
        Assert.Equal(Expected(entries, rows), rows);
        Assert.False(Directory.Exists(chain.RejectedFolder), "Something was set apart.");
        Assert.Equal(lives, entries.Count(e => e.Fact is IncidentFact { Incident.Kind: IncidentKind.Started }));
        AssertEnergyConserved(entries);
    }

    /// <summary>The rows of the log up to the newest row found: of a revised window only its last revision.</summary>
    private static List<(long, long)> Expected(IReadOnlyList<LogEntry> entries, List<(long Sequence, long Nanoseconds)> rows) =>
    [
        .. entries.TakeWhile(e => rows.Count > 0 && e.Sequence <= rows[^1].Sequence)
            .GroupBy(e => e.Fact is WindowFact w ? (object)(w.Series.Name, w.Aggregate.Kind, w.At) : e.Sequence)
            .Select(g => g.Last())
            .Select(e => (e.Sequence, e.Fact.At.UnixMilliseconds * 1_000_000 + (e.Fact is WindowFact ? 0 : e.Sequence % 1_000_000)))
            .Order(),
    ];

    private static void AssertEnergyConserved(IReadOnlyList<LogEntry> entries)
    {
        var counters = entries.Select(e => e.Fact).OfType<WindowFact>()
            .Where(w => w.Aggregate.Kind == WindowKind.Minute && w.Series.Kind == PointKind.Counter && !double.IsNaN(w.Aggregate.Delta))
            .GroupBy(w => w.Series.Name).ToArray();
        Assert.NotEmpty(counters);
        var total = 0.0;
        foreach (var counter in counters)
        {
            var minutes = counter.GroupBy(w => w.At).Select(g => g.Last().Aggregate).OrderBy(a => a.Window.Start).ToArray();
            var growth = minutes[^1].Last - (minutes[0].Last - minutes[0].Delta);
            Assert.Equal(growth, minutes.Sum(a => a.Delta), 6);
            total += growth;
        }
        Assert.True(total > 0, "No meter counted anything.");
    }
}
