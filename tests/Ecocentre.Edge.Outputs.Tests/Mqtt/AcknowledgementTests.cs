using System.Text;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class AcknowledgementTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        var acknowledgement = new Acknowledgement("ingest \"1\" é", 1, long.MaxValue);
        Assert.True(Acknowledgement.TryRead(acknowledgement.ToJson(), out var read));
        Assert.Equal(acknowledgement, read);
        Assert.Equal("""{"by":"ingest-1","first":12,"last":34}""", Encoding.UTF8.GetString(new Acknowledgement("ingest-1", 12, 34).ToJson()));
    }

    [Fact]
    public void Members_added_later_and_a_missing_name_do_no_harm()
    {
        Assert.True(Acknowledgement.TryRead("""{"last":3,"when":"now","first":3}"""u8.ToArray(), out var read));
        Assert.Equal(new Acknowledgement("", 3, 3), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"first":1}""")]
    [InlineData("""{"first":0,"last":1}""")]
    [InlineData("""{"first":-1,"last":1}""")]
    [InlineData("""{"first":2,"last":1}""")]
    [InlineData("""{"first":1.5,"last":2}""")]
    [InlineData("""{"first":"1","last":2}""")]
    [InlineData("""{"first":1,"last":9223372036854775808}""")]
    [InlineData("""{"first":1,"last":1e30}""")]
    [InlineData("""{"first":1,"last":2""")]
    [InlineData("""{"by":"\ud800","first":1,"last":2}""")]
    public void Anything_else_is_not_one(string payload)
    {
        Assert.False(Acknowledgement.TryRead(Encoding.UTF8.GetBytes(payload), out _));
        Assert.False(Acknowledgement.TryRead(Encoding.UTF8.GetBytes(payload + new string(' ', 1000)), out _));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_not_one() => Assert.False(Acknowledgement.TryRead(new byte[] { 0xff, 0xfe, 0 }, out _));
}
