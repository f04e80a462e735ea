using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Ingest;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Ingest;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.EndToEnd;

/// <summary>Logs on disk, a real broker, ingests and a real database, of which one after another dies in the middle of traffic. Goal: at the end
/// the database holds every sequence of every centre exactly once, at its original time.</summary>
public sealed class IngestTests : IAsyncLifetime
{
    private const int Entries = 1_000;
    private const string Database = "ecocentre";

    private static readonly string[] Centres = ["lyon-1", "paris", "saint-denis-2"];

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(120));
    private readonly Scratch _scratch = new();
    private readonly List<RunningIngest> _ingests = [];
    private readonly List<LoggingGateway> _gateways = [];
    private Mosquitto _broker = null!;
    private Influxd _influxd = null!;
    private DatabaseProxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _influxd = await Influxd.StartAsync(null, Database);
        _proxy = DatabaseProxy.Start(_influxd.Uri);
        // No persistence: a broker that is killed forgets its queues.
        _broker = await Mosquitto.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways) await gateway.DisposeAsync();
        foreach (var ingest in _ingests) await ingest.DisposeAsync();
        await _broker.DisposeAsync();
        await _proxy.DisposeAsync();
        await _influxd.DisposeAsync();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Undisturbed_traffic_arrives_without_repetition()
    {
        var ingest = await StartIngestAsync("ingest-1");
        await Task.WhenAll(StartTraffic());
        await AssertCompleteAsync();
        Assert.Equal(Entries * Centres.Length, ingest.Health.LinesWritten);
        Assert.Equal(ingest.Health.MessagesTaken, _gateways.Sum(gateway => gateway.MessagesSent));
    }

    [Fact]
    public async Task Database_killed_in_the_middle()
    {
        var ingest = await StartIngestAsync("ingest-1");
        var traffic = StartTraffic();
        await AcknowledgedAsync(Entries / 2);
        _influxd.Kill();
        await UntilAsync(() => ingest.Health.Trouble is not null);
        await _influxd.RestartAsync();
        await Task.WhenAll(traffic);
        await AssertCompleteAsync();
    }

    [Fact]
    public async Task Broker_killed_in_the_middle_forgets_its_queues()
    {
        await StartIngestAsync("ingest-1");
        var traffic = StartTraffic();
        await AcknowledgedAsync(Entries / 2);
        _broker.Kill();
        await _broker.RestartAsync();
        await Task.WhenAll(traffic);
        await AssertCompleteAsync();
    }

    [Fact]
    public async Task One_of_two_ingests_of_a_group_dies_with_messages_in_hand()
    {
        var first = await StartIngestAsync("ingest-1", "ingest");
        var second = await StartIngestAsync("ingest-2", "ingest");
        var traffic = StartTraffic();
        await AcknowledgedAsync(Entries / 2);
        // Its database hangs for it alone, so that it dies holding messages which it acknowledged to the broker and to nobody else.
        first.IsHanging = true;
        await UntilAsync(() => first.Health.PendingMessages > 0 && first.IsHangingNow);
        await first.DisposeAsync();
        await Task.WhenAll(traffic);
        await AssertCompleteAsync();
        Assert.True(first.Health.LinesWritten > 0 && second.Health.LinesWritten > 0, "Only one of the two had work.");
    }

    [Fact]
    public async Task Ingests_of_a_group_are_killed_by_the_system_one_after_the_other()
    {
        using var first = IngestProcess.Start("ingest-1", _broker.Uri, _proxy.Uri, _scratch.File("rejected"));
        using var second = IngestProcess.Start("ingest-2", _broker.Uri, _proxy.Uri, _scratch.File("rejected"));
        await Task.WhenAll(first.WaitForOutputAsync("subscribed"), second.WaitForOutputAsync("subscribed"));
        var traffic = StartTraffic();
        await AcknowledgedAsync(Entries / 2);
        first.Kill();
        await AcknowledgedAsync(2 * Entries);
        using var third = IngestProcess.Start("ingest-3", _broker.Uri, _proxy.Uri, _scratch.File("rejected"));
        await third.WaitForOutputAsync("subscribed");
        second.Kill();
        await Task.WhenAll(traffic);
        await AssertCompleteAsync();
    }

    [Fact]
    public async Task Database_that_lost_its_past_asks_for_it()
    {
        var ingest = await StartIngestAsync("ingest-1");
        await Task.WhenAll(StartTraffic());
        await _influxd.RowsAsync(Database, $"DROP DATABASE {Database}");
        await _influxd.CreateDatabaseAsync(Database);
        foreach (var centre in Centres) Assert.Null(await ingest.ReplayAsync(centre, 1, Entries));
        await UntilAsync(() => ingest.Health.LinesWritten == 2 * Entries * Centres.Length);
        await AssertCompleteAsync();
    }

    [Fact]
    public async Task Every_kind_of_trouble_in_turn()
    {
        var answers = new DatabaseAnswer[]
        {
            new DatabaseAnswer.Status(429, "slow down", "1"), new DatabaseAnswer.Status(500, "oops"), new DatabaseAnswer.Cut(Stored: true),
            new DatabaseAnswer.Status(401, "who?"), new DatabaseAnswer.Hang(), new DatabaseAnswer.Status(413, "too large"),
            new DatabaseAnswer.Cut(Stored: false), new DatabaseAnswer.Status(503, "restarting"),
                new DatabaseAnswer.Status(404, "{\"error\":\"database not found\"}"),
        };
        _proxy.Judge = write => answers.ElementAtOrDefault(write.Number - 3);
        await StartIngestAsync("ingest-1");
        await Task.WhenAll(StartTraffic());
        await AssertCompleteAsync();
    }

    [Fact]
    public async Task Telegraf_style_reader_of_the_topic_sees_plain_line_protocol()
    {
        await using var link = Link("reader");
        link.Subscribe(Topics.EveryLog);
        link.Start();
        await link.WaitForConnectionAsync(_deadline.Token);
        await StartIngestAsync("ingest-1");
        await Task.WhenAll(StartTraffic());
        using var writer = new InfluxWriter(new InfluxOptions { Url = _influxd.Uri, Database = "telegraf", CreateDatabase = true }, TimeProvider.System);
        while (link.Incoming.TryRead(out var message)) Assert.Empty((await writer.WriteAsync(message.Payload, _deadline.Token)).Refused);
        foreach (var centre in Centres)
            Assert.Equal(await _influxd.SequencesAsync(Database, centre), await _influxd.SequencesAsync("telegraf", centre));
    }

    private async Task<RunningIngest> StartIngestAsync(string name, string? group = null)
    {
        var options = new IngestOptions { Name = name, Group = group, RejectedFolder = _scratch.File("rejected"), Linger = TimeSpan.FromMilliseconds(20) };
        var ingest = new RunningIngest(options, Link(name), _proxy.Uri);
        _ingests.Add(ingest);
        await ingest.Link.WaitForConnectionAsync(_deadline.Token);
        return ingest;
    }

    private Task[] StartTraffic()
    {
        foreach (var centre in Centres) _gateways.Add(new LoggingGateway(centre, Options(centre), Link(centre), _scratch));
        return [.. _gateways.Select(gateway => gateway.RunAsync(Entries, _deadline.Token))];
    }

    private MqttOptions Options(string client) => new()
    {
        Broker = _broker.Uri, ClientId = client, BackoffFirst = TimeSpan.FromMilliseconds(100), BackoffMax = TimeSpan.FromMilliseconds(500),
        // Small messages, so that an ingest that dies holds many; and a gateway that soon sends again what nobody has acknowledged.
        PublishTimeout = TimeSpan.FromSeconds(2), BatchBytesMax = 4 * 1024,
        Acknowledge = MqttAcknowledge.Database, AcknowledgeTimeout = TimeSpan.FromSeconds(2),
    };

    private MosquittoLink Link(string client) => new(Options(client), null, TimeProvider.System, new Random(client.Length));

    private Task AcknowledgedAsync(int entries) => UntilAsync(() => _gateways.Sum(gateway => gateway.Acknowledged) >= entries);

    private async Task AssertCompleteAsync()
    {
        foreach (var centre in Centres)
        {
            Assert.Equal(Enumerable.Range(1, Entries).Select(seq => (long)seq), await _influxd.SequencesAsync(Database, centre));
            var rows = await _influxd.RowsAsync(Database, $"SELECT seq FROM window, incident WHERE centre = '{centre}'");
            Assert.All(rows, row => Assert.Equal(LogBatches.MinuteOf(row[1].GetInt64()).UnixMilliseconds, row[0].GetInt64() / 1_000_000));
        }
        Assert.False(Directory.Exists(_scratch.File("rejected")), "Something was set apart.");
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(5, _deadline.Token);
    }

    /// <summary>An ingest with its own way to the database, and the means to be stopped dead.</summary>
    private sealed class RunningIngest : IAsyncDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly DatabaseProxy _way;
        private readonly InfluxWriter _writer;
        private readonly IngestLoop _loop;
        private readonly Task _running;
        private bool _disposed;

        public RunningIngest(IngestOptions options, MqttLink link, Uri database)
        {
            Link = link;
            _way = DatabaseProxy.Start(database);
            _way.Judge = _ => IsHanging && (IsHangingNow = true) ? new DatabaseAnswer.Hang() : null;
            _writer = new InfluxWriter(new InfluxOptions { Url = _way.Uri, Database = Database, Timeout = TimeSpan.FromSeconds(1) }, TimeProvider.System);
            _loop = new IngestLoop(link, _writer, options, TimeProvider.System, new Random(1));
            _running = _loop.RunAsync(_ending.Token);
        }

        public MqttLink Link { get; }

        public IngestHealth Health => _loop.Health;

        public bool IsHanging { get; set; }

        public ValueTask<string?> ReplayAsync(string centre, long from, long to) => _loop.RequestReplayAsync(centre, from, to, CancellationToken.None);

        public bool IsHangingNow { get; private set; }

        public async ValueTask DisposeAsync()
        {
            if (_disposed) return;
            _disposed = true;
            _ending.Cancel();
            await _running;
            await Link.DisposeAsync();
            _writer.Dispose();
            await _way.DisposeAsync();
        }
    }
}
