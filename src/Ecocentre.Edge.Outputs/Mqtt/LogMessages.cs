using System.Buffers;
using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Influx;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Entries as messages of the <c>log</c> topic: line protocol, split at line ends, each with user properties <c>first</c>,
/// <c>last</c> and <c>count</c> (its lines).</summary>
internal sealed class LogMessages
{
    private readonly Topics _topics;
    private readonly int _bytesMax;
    private readonly LineRoom _lines;
    private readonly List<MqttMessage> _messages = [];
    private readonly List<long> _tooLong = [];
    private readonly string _topic;
    private long _first;
    private long _last;

    /// <param name="bytesMax">Longest payload.</param>
    public LogMessages(Topics topics, int bytesMax) => (_topics, _bytesMax, _topic, _lines) = (topics, bytesMax, topics.Log, new LineRoom(bytesMax));

    /// <summary>Sequences whose line alone is longer than a payload may be; they are in no message.</summary>
    public IReadOnlyList<long> TooLong => _tooLong;

    /// <summary>Writes those of the entries that lie in one of the ranges.</summary>
    /// <param name="ranges">In order.</param>
    public IReadOnlyList<MqttMessage> Write(ReadOnlySpan<LogEntry> entries, IReadOnlyList<SequenceRange> ranges)
    {
        _lines.Expect(entries.Length);
        var at = 0;
        foreach (ref readonly var entry in entries)
        {
            while (at < ranges.Count && ranges[at].Last < entry.Sequence)
            {
                Cut(_lines.WrittenCount);
                at++;
            }
            if (at == ranges.Count) break;
            if (entry.Sequence >= ranges[at].First) Append(entry);
        }
        Cut(_lines.WrittenCount);
        return _messages;
    }

    private void Append(in LogEntry entry)
    {
        var before = _lines.WrittenCount;
        LineProtocol.Append(_lines, _topics.Centre, entry);
        if (_lines.WrittenCount - before > _bytesMax)
        {
            Cut(before);
            _lines.Clear();
            _tooLong.Add(entry.Sequence);
            return;
        }
        if (_lines.WrittenCount > _bytesMax) Cut(before);
        if (_first == 0) _first = entry.Sequence;
        _last = entry.Sequence;
    }

    /// <summary>Makes a message of the first bytes written and keeps the others for the next.</summary>
    private void Cut(int bytes)
    {
        if (bytes > 0)
        {
            static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
            _messages.Add(new MqttMessage(_topic, _lines.Take(bytes), UserProperties:
                [new("first", Text(_first)), new("last", Text(_last)), new("count", Text(_last - _first + 1))]));
        }
        _first = 0;
    }

    /// <summary>Where lines are written, handed over as a payload without a copy.</summary>
    private sealed class LineRoom(int bytesMax) : IBufferWriter<byte>
    {
        // Names of a line are asked for at three bytes a character: room for a long one behind a payload that is nearly full.
        private const int LineBytes = 8 * 1024;

        // A window of a point with names of usual length takes 300 bytes.
        private const int LineBytesUsual = 320;

        private byte[] _bytes = [];

        private int _expected;

        public int WrittenCount { get; private set; }

        /// <summary>So many lines will be written, about.</summary>
        public void Expect(int lines) => _expected = LineBytesUsual * lines;

        public void Advance(int count) => WrittenCount += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            var wanted = WrittenCount + Math.Max(1, sizeHint);
            if (wanted > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(wanted, Math.Min(bytesMax + LineBytes, Math.Max(_expected, 2 * _bytes.Length))));
            return _bytes.AsMemory(WrittenCount);
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public void Clear() => WrittenCount = 0;

        /// <summary>Gives the first bytes away; what stands behind them goes on in new memory.</summary>
        public ReadOnlyMemory<byte> Take(int bytes)
        {
            var taken = _bytes.AsMemory(0, bytes);
            var rest = _bytes.AsSpan(bytes, WrittenCount - bytes);
            (_bytes, WrittenCount, _expected) = ([], 0, Math.Max(0, _expected - bytes));
            rest.CopyTo(GetSpan(rest.Length));
            WrittenCount = rest.Length;
            return taken;
        }
    }
}
