using System.Buffers;
using BenchmarkDotNet.Attributes;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Influx;

namespace Ecocentre.Edge.Benchmarks.Influx;

/// <summary>One log entry as a line. Expected: under 1 µs and 0 B a line, of which half goes into five doubles with all their digits.</summary>
[MemoryDiagnoser]
public class LineProtocolBenchmarks
{
    private const int Lines = 2_000;

    private readonly LogEntry[] _entries = LineEntries.Windows(Lines);
    private readonly ArrayBufferWriter<byte> _destination = new(Lines * 1_024);

    [Benchmark(OperationsPerInvoke = Lines)]
    public int Append()
    {
        _destination.ResetWrittenCount();
        foreach (var entry in _entries) LineProtocol.Append(_destination, "lyon-1", entry);
        return _destination.WrittenCount;
    }
}
