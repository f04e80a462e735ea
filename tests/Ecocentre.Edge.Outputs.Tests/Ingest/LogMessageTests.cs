using Ecocentre.Edge.Outputs.Ingest;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Ingest;

public class LogMessageTests
{
    [Fact]
    public void Good_message_is_read()
    {
        Assert.True(LogMessage.TryRead(LogBatches.Message("lyon-1", 41, 60), out var read, out var complaint), complaint);
        Assert.Equal(("lyon-1", 41, 60, 20), (read.Topics.Centre, read.First, read.Last, read.Lines));
    }

    [Fact]
    public void Missing_last_line_feed_and_empty_lines_are_no_mistake()
    {
        var lines = LogBatches.Lines("lyon-1", 1, 1) + "\n" + LogBatches.Lines("lyon-1", 2, 2).TrimEnd('\n');
        Assert.True(LogMessage.TryRead(LogBatches.Message("lyon-1", 1, 2, lines), out var read, out var complaint), complaint);
        Assert.Equal(3, read.Lines);
    }

    public static TheoryData<string, MqttMessage, string> Malformed()
    {
        var good = LogBatches.Message("lyon-1", 1, 3);
        MqttMessage With(params (string Name, string Value)[] properties) =>
            good with { UserProperties = [.. properties.Select(property => new KeyValuePair<string, string>(property.Name, property.Value))] };
        return new()
        {
            { "another topic", good with { Topic = "ecocentre/v1/lyon-1/status" }, "topic" },
            { "no topic of ours", good with { Topic = "ecocentre/v2/lyon-1/log" }, "topic" },
            { "a centre that is none", good with { Topic = "ecocentre/v1/LYON/log" }, "topic" },
            { "a deeper topic", good with { Topic = "ecocentre/v1/lyon-1/x/log" }, "topic" },
            { "no properties", good with { UserProperties = null }, "first" },
            { "no last", With(("first", "1")), "first" },
            { "no number", With(("first", "1"), ("last", "x")), "first" },
            { "from 0", With(("first", "0"), ("last", "3")), "first" },
            { "backwards", With(("first", "3"), ("last", "1")), "first" },
            { "lines lost", With(("first", "1"), ("last", "3"), ("count", "4")), "It holds 3 lines and counts 4." },
            { "a range too small", With(("first", "1"), ("last", "2")), "Line 3 has seq 3, outside of 1 to 2." },
            { "no UTF-8", good with { Payload = new byte[] { (byte)'w', 0xC3, 0x28 } }, "UTF-8" },
            { "nothing", good with { Payload = default }, "no line" },
            { "empty lines", good with { Payload = "\n\n"u8.ToArray() }, "no line" },
            { "another centre's line", LogBatches.Message("lyon-1", 1, 3, LogBatches.Lines("lyon-1", 1, 2) + LogBatches.Lines("paris", 3, 3)),
                "Line 3 is of another centre, paris." },
            { "a centre that begins the same", LogBatches.Message("lyon-1", 1, 1, LogBatches.Lines("lyon-12", 1, 1)), "another centre" },
            { "rubbish", LogBatches.Message("lyon-1", 1, 3, LogBatches.Lines("lyon-1", 1, 2) + "rubbish\n"), "Line 3 does not say" },
        };
    }

    [Theory]
    [MemberData(nameof(Malformed), DisableDiscoveryEnumeration = true)]
    public void Malformed_message_is_refused_with_a_reason(string what, MqttMessage message, string words)
    {
        Assert.False(LogMessage.TryRead(message, out _, out var complaint), what);
        Assert.Contains(words, complaint);
    }

    [Fact]
    public void Messages_are_equal_when_every_byte_is()
    {
        LogMessage Read(string centre, long first, long last, string? lines = null)
        {
            Assert.True(LogMessage.TryRead(LogBatches.Message(centre, first, last, lines ?? LogBatches.Lines(centre, first, last)), out var read, out _));
            return read;
        }
        Assert.Equal(Read("a", 1, 3), Read("a", 1, 3));
        Assert.Equal(Read("a", 1, 3).GetHashCode(), Read("a", 1, 3).GetHashCode());
        Assert.NotEqual(Read("a", 1, 3), Read("b", 1, 3));
        Assert.NotEqual(Read("a", 1, 3), Read("a", 1, 4));
        Assert.NotEqual(Read("a", 1, 3), Read("a", 1, 3, LogBatches.Lines("a", 1, 2)));
    }
}
