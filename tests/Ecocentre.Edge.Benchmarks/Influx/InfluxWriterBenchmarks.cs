using System.Buffers;
using BenchmarkDotNet.Attributes;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Influx;

/// <summary>Rows into a real influxd, 5,000 a request, new ones each time: ready lines posted raw, the same lines through the writer, and log
/// entries through the sink. Expected: the database is the limit; the writer costs nothing visible, the sink the encoding (under 10 %).</summary>
[MemoryDiagnoser]
[WarmupCount(1)]
[IterationCount(7)]
[InvocationCount(1)]
public class InfluxWriterBenchmarks
{
    private const int Rows = 5_000;
    private const int Batches = 20;

    private readonly ArrayBufferWriter<byte> _lines = new(Rows * 1_024);
    private readonly HttpClient _http = new();
    private Influxd _influxd = null!;
    private InfluxWriter _writer = null!;
    private InfluxSink _sink = null!;
    private LogEntry[][] _entries = [];
    private byte[][] _ready = [];
    private int _minute;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _influxd = await Influxd.StartAsync(null, "bench");
        var options = new InfluxOptions { Url = _influxd.Uri, Database = "bench" };
        _writer = new InfluxWriter(options, TimeProvider.System);
        _sink = new InfluxSink("influx", "lyon-1", new InfluxWriter(options, TimeProvider.System));
    }

    [GlobalCleanup]
    public async Task StopAsync() => await _influxd.DisposeAsync();

    [IterationSetup]
    public void NewRows()
    {
        _entries = new LogEntry[Batches][];
        _ready = new byte[Batches][];
        for (var batch = 0; batch < Batches; batch++)
        {
            _entries[batch] = LineEntries.Windows(Rows, _minute);
            _minute += Rows / 400 + 1;
            _lines.ResetWrittenCount();
            foreach (var entry in _entries[batch]) LineProtocol.Append(_lines, "lyon-1", entry);
            _ready[batch] = _lines.WrittenSpan.ToArray();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows * Batches)]
    public async Task ReadyLinesRaw()
    {
        foreach (var lines in _ready)
        {
            using var answer = await _http.PostAsync(new Uri(_influxd.Uri, "write?db=bench&precision=ns"), new ByteArrayContent(lines));
            answer.EnsureSuccessStatusCode();
        }
    }

    [Benchmark(OperationsPerInvoke = Rows * Batches)]
    public async Task ReadyLinesByWriter()
    {
        foreach (var lines in _ready) Check((await _writer.WriteAsync(lines, CancellationToken.None)).Outcome == WriteOutcome.Written);
    }

    [Benchmark(OperationsPerInvoke = Rows * Batches)]
    public async Task EntriesBySink()
    {
        foreach (var entries in _entries)
            Check((await _sink.DeliverAsync(entries, CancellationToken.None)).Outcome == Outputs.DeliveryOutcome.Accepted);
    }

    private static void Check(bool written)
    {
        if (!written) throw new InvalidOperationException("A batch was not written.");
    }
}
