using System.Buffers;
using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Ingest;

/// <summary>Messages of a centre's log as its gateway publishes them. The same sequence is always the same line.</summary>
public static class LogBatches
{
    private static readonly Series[] Series = Facts.Plant(20);

    public static MqttMessage Message(string centre, long first, long last)
    {
        var message = Message(centre, first, last, Lines(centre, first, last));
        return message with { UserProperties = [.. message.UserProperties!, new("count", $"{last - first + 1}")] };
    }

    public static MqttMessage Message(string centre, long first, long last, string lines) =>
        new(new Topics(centre).Log, Encoding.UTF8.GetBytes(lines), false, [new("first", $"{first}"), new("last", $"{last}")]);

    public static string Lines(string centre, long first, long last)
    {
        var lines = new ArrayBufferWriter<byte>();
        for (var sequence = first; sequence <= last; sequence++) LineProtocol.Append(lines, centre, Entry(sequence));
        return Encoding.UTF8.GetString(lines.WrittenSpan);
    }

    /// <summary>Windows of twenty points minute by minute, every hundredth entry an incident. A log that is given twenty at a time keeps their order:
    /// it puts the incidents of a step behind its windows.</summary>
    public static LogEntry Entry(long sequence) => new(sequence, sequence % 100 == 0
        ? Facts.Incident(MinuteOf(sequence), $"{sequence} is \"odd\", is it not?")
        : Facts.Window(Series[sequence % 20], WindowKind.Minute, MinuteOf(sequence), 0, new Random((int)sequence)));

    public static Instant MinuteOf(long sequence) => Facts.Start + TimeSpan.FromMinutes(sequence / 20);
}
