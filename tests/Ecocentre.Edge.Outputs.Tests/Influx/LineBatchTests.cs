using System.Text;
using Ecocentre.Edge.Outputs.Influx;

namespace Ecocentre.Edge.Outputs.Tests.Influx;

public class LineBatchTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("a\n", 1)]
    [InlineData("a", 1)]
    [InlineData("a\nbb\nccc", 3)]
    [InlineData("a\n\nccc\n", 3)]
    public void Lines_are_counted_with_or_without_a_last_line_feed(string text, int count) => Assert.Equal(count, Batch(text).Count);

    [Fact]
    public void Parts_put_together_are_the_whole()
    {
        const string text = "a\nbb\n\ndddd\ne";
        var batch = Batch(text);
        for (var border = 0; border <= batch.Count; border++)
            Assert.Equal(text, Text(batch.Bytes(0, border)) + Text(batch.Bytes(border, batch.Count)));
        Assert.Equal(["a", "bb", "", "dddd", "e"], Enumerable.Range(0, 5).Select(line => Text(batch.Line(line))));
    }

    [Fact]
    public void Middle_halves_the_bytes_and_leaves_a_line_on_either_side()
    {
        Assert.Equal(1, Batch("aaaaaaaaaaaaaaaa\nb\nc\n").Middle(0, 3));
        Assert.Equal(2, Batch("a\nb\ncccccccccccccccc\n").Middle(0, 3));
        Assert.Equal(2, Batch("a\nb\nc\nd\n").Middle(0, 4));
        Assert.Equal(1, Batch("a\nb\n").Middle(0, 2));
        Assert.Equal(3, Batch("a\nb\nc\nd\n").Middle(2, 4));
    }

    [Fact]
    public void Fitting_keeps_both_limits_but_takes_at_least_a_line()
    {
        var batch = Batch("aa\nbb\ncccccccccccc\ndd\n");
        Assert.Equal(4, batch.Fitting(0, 5_000, int.MaxValue));
        Assert.Equal(2, batch.Fitting(0, 2, int.MaxValue));
        Assert.Equal(2, batch.Fitting(0, 5_000, 6));
        Assert.Equal(1, batch.Fitting(0, 5_000, 5));
        Assert.Equal(3, batch.Fitting(2, 5_000, 5));
        Assert.Equal(4, batch.Fitting(3, 5_000, 1));
    }

    private static LineBatch Batch(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
