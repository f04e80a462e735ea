using System.Text;
using Ecocentre.Edge.Outputs.Ingest;

namespace Ecocentre.Edge.Outputs.Tests.Ingest;

public class LogLineTests
{
    [Theory]
    [InlineData("window,centre=lyon,point=p count=60i,mean=1.5,seq=12i 1", "lyon", 12)]
    [InlineData("window,a\\,centre\\=x=b,centre=lyon seq=12i,mean=1 -1", "lyon", 12)]
    [InlineData("w\\,centre\\=no,centre=lyon seq=1i 1", "lyon", 1)]
    [InlineData("incident,centre=lyon text=\"a, seq=9i \\\" centre=no\\\\\",seq=12i 1", "lyon", 12)]
    [InlineData("incident,centre=lyon text=\"\",seq=9223372036854775807i 1", "lyon", long.MaxValue)]
    public void Centre_and_sequence_are_read(string line, string centre, long sequence)
    {
        Assert.True(LogLine.TryRead(Encoding.UTF8.GetBytes(line), out var owner, out var found));
        Assert.Equal((centre, sequence), (Encoding.UTF8.GetString(owner), found));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("rubbish")]
    [InlineData("window,centre=lyon")]
    [InlineData("window,centre=lyon ")]
    [InlineData("window,centre=lyon seq=")]
    [InlineData("window,centre=lyon seq=i 1")]
    [InlineData("window,centre=lyon seq=12 1")]
    [InlineData("window,centre=lyon seq=12i")]
    [InlineData("window,centre=lyon seq=12i ")]
    [InlineData("window,centre=lyon seq=12i 1x")]
    [InlineData("window,centre=lyon seq=12i,seq=13i 1")]
    [InlineData("window,centre=lyon seq=12x 1")]
    [InlineData("window,centre=lyon sec=12i 1")]
    [InlineData("window,center=lyon seq=12i 1")]
    [InlineData("window,centre= seq=12i 1")]
    [InlineData("window,centre seq=12i 1")]
    [InlineData("incident,centre=lyon text=\",seq=12i 1")]
    [InlineData("incident,centre=lyon text=\"x\\")]
    [InlineData(",centre=lyon seq=12i 1")]
    public void Line_that_lacks_something_is_refused(string line) => Assert.False(LogLine.TryRead(Encoding.UTF8.GetBytes(line), out _, out _));

    [Fact]
    public void No_bytes_make_it_fail()
    {
        const int seed = 5;
        var random = new Random(seed);
        var good = Encoding.UTF8.GetBytes("incident,centre=lyon,kind=gap text=\"a \\\"b\\\"\",seq=12i 1700000000000000000");
        for (var round = 0; round < 20_000; round++)
        {
            var line = good[..random.Next(good.Length + 1)];
            for (var change = random.Next(4); change > 0 && line.Length > 0; change--)
                line[random.Next(line.Length)] = (byte)", =\\\"i1\n\0\u00FF"[random.Next(10)];
            try
            {
                LogLine.TryRead(line, out _, out _);
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"Seed {seed}, round {round}: {Encoding.Latin1.GetString(line)}", problem);
            }
        }
    }
}
