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
    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly List<MqttMessage> _messages = [];
    private readonly List<long> _tooLong = [];
    private long _first;
    private long _last;

    /// <param name="bytesMax">Longest payload.</param>
    public LogMessages(Topics topics, int bytesMax) => (_topics, _bytesMax) = (topics, bytesMax);

    /// <summary>Sequences whose line alone is longer than a payload may be; they are in no message.</summary>
    public IReadOnlyList<long> TooLong => _tooLong;

    /// <summary>Writes those of the entries that lie in one of the ranges.</summary>
    /// <param name="ranges">In order.</param>
    public IReadOnlyList<MqttMessage> Write(ReadOnlySpan<LogEntry> entries, IReadOnlyList<SequenceRange> ranges)
    {
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
            _lines.ResetWrittenCount();
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
            _messages.Add(new MqttMessage(_topics.Log, _lines.WrittenSpan[..bytes].ToArray(), UserProperties:
                [new("first", Text(_first)), new("last", Text(_last)), new("count", Text(_last - _first + 1))]));
        }
        var rest = _lines.WrittenSpan[bytes..].ToArray();
        _lines.ResetWrittenCount();
        _lines.Write(rest);
        _first = 0;
    }
}
