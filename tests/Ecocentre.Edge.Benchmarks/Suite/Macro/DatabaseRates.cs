using System.Buffers;
using System.Diagnostics;
using System.Threading.Channels;
using Ecocentre.Edge.Benchmarks.Influx;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Ingest;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>Rows a second into influxd and VictoriaMetrics: ready lines posted by a plain HttpClient, the same rows from log entries through the sink, and
/// through an ingest that takes them from MQTT messages and acknowledges each.</summary>
/// <remarks>Expectation: sink and ingest at least 0.8 of plain HTTP in batches of 5,000. Every batch is of rows that are new.</remarks>
internal static class DatabaseRates
{
    private const int Rows = 5_000, Batches = 8, Turns = 3;

    private static int _minute;

    internal static IEnumerable<Measure> Measures => [new("influxd", InfluxdAsync), new("victoria", VictoriaAsync)];

    private static async Task InfluxdAsync(Action<Figure> found)
    {
        await using var database = await Influxd.StartAsync(null, "bench");
        await RunAsync(found, "influxd", new Uri(database.Uri, "write?db=bench&precision=ns"), new InfluxOptions { Url = database.Uri, Database = "bench" });
    }

    private static async Task VictoriaAsync(Action<Figure> found)
    {
        await using var database = await VictoriaMetrics.StartAsync();
        await RunAsync(found, "VictoriaMetrics", new Uri(database.Uri, "write"),
            new InfluxOptions { Url = database.Uri, Database = "bench", Flavour = InfluxFlavour.VictoriaMetrics });
    }

    private static async Task RunAsync(Action<Figure> found, string name, Uri plain, InfluxOptions options)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await using var sink = new InfluxSink("bench", "lyon-1", new InfluxWriter(options, TimeProvider.System));
        double raw = 0, entries = 0, ingested = 0;
        for (var turn = 0; turn <= Turns; turn++)
        {
            var one = await RateAsync(Lines(), async lines => (await http.PostAsync(plain, new ByteArrayContent(lines))).EnsureSuccessStatusCode());
            var two = await RateAsync(Entries(), async batch =>
            {
                if ((await sink.DeliverAsync(batch, CancellationToken.None)).Outcome != DeliveryOutcome.Accepted)
                    throw new InvalidOperationException("The database refuses a batch.");
            });
            var three = await IngestAsync(options);
            // The first turn compiles and fills pages.
            if (turn > 0) (raw, entries, ingested) = (Math.Max(raw, one), Math.Max(entries, two), Math.Max(ingested, three));
        }
        found(new Figure($"{name}: rows from the log through the sink", entries, "rows/s")
        {
            Reference = raw, Of = "ready lines by plain HTTP, 5,000 a batch", RatioAtLeast = 0.8,
        });
        found(new Figure($"{name}: rows from MQTT messages through an ingest", ingested, "rows/s")
        {
            Reference = raw, Of = "ready lines by plain HTTP, 5,000 a batch", RatioAtLeast = 0.8,
        });
    }

    private static LogEntry[][] Entries() => [.. Enumerable.Range(0, Batches).Select(_ =>
    {
        var batch = LineEntries.Windows(Rows, _minute);
        _minute += Rows / 400 + 1;
        return batch;
    })];

    private static byte[][] Lines() => [.. Entries().Select(entries =>
    {
        var lines = new ArrayBufferWriter<byte>(Rows * 400);
        foreach (var entry in entries) LineProtocol.Append(lines, "lyon-1", entry);
        return lines.WrittenSpan.ToArray();
    })];

    private static async Task<double> RateAsync<T>(T[] batches, Func<T, Task> write)
    {
        var begun = Stopwatch.GetTimestamp();
        foreach (var batch in batches) await write(batch);
        return batches.Length * Rows / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<double> IngestAsync(InfluxOptions options)
    {
        using var scratch = new Scratch();
        await using var link = new LoopLink();
        using var writer = new InfluxWriter(options, TimeProvider.System);
        var ingest = new IngestLoop(link, writer, new IngestOptions { Name = "bench", RejectedFolder = scratch.Folder }, TimeProvider.System, new Random(1));
        var messages = Entries().SelectMany(batch => new LogMessages(new Topics("lyon-1"), MqttOptions.PayloadBytesMax)
            .Write(batch, [new(batch[0].Sequence, batch[^1].Sequence)])).ToArray();
        using var ending = new CancellationTokenSource();
        var begun = Stopwatch.GetTimestamp();
        var running = ingest.RunAsync(ending.Token);
        foreach (var message in messages) link.Deliver(message);
        while (ingest.Health.LinesWritten < Batches * Rows && !running.IsCompleted) await Task.Delay(1);
        var rate = Batches * Rows / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await ending.CancelAsync();
        await running;
        return rate;
    }

    /// <summary>A link whose broker is this benchmark.</summary>
    private sealed class LoopLink : MqttLink
    {
        private readonly Channel<MqttMessage> _incoming = Channel.CreateUnbounded<MqttMessage>();

        public override bool IsConnected => true;

        public override string? Trouble => null;

        public override ChannelReader<MqttMessage> Incoming => _incoming.Reader;

        public void Deliver(MqttMessage message) => _incoming.Writer.TryWrite(message);

        public override void Start()
        {
        }

        public override Task WaitForConnectionAsync(CancellationToken cancellation) => Task.CompletedTask;

        public override Task<long> WaitForConnectionAsync(long after, CancellationToken cancellation) => Task.FromResult(1L);

        public override void Subscribe(string filter)
        {
        }

        public override ValueTask<string?> PublishAsync(MqttMessage message, CancellationToken cancellation) => new((string?)null);

        public override ValueTask DisposeAsync()
        {
            _incoming.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
