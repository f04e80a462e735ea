using System.Text;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class ReplayRequestTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        Assert.Equal("""{"from":5,"to":9}""", Encoding.UTF8.GetString(new ReplayRequest(5, 9).ToJson()));
        Assert.True(ReplayRequest.TryRead(new ReplayRequest(5, 9).ToJson(), out var read));
        Assert.Equal(new ReplayRequest(5, 9), read);
    }

    [Theory]
    [InlineData("""{"first":5,"last":9}""")]
    [InlineData("""{"from":9,"to":5}""")]
    [InlineData("""{"from":0,"to":5}""")]
    public void Anything_else_is_not_one(string payload) => Assert.False(ReplayRequest.TryRead(Encoding.UTF8.GetBytes(payload), out _));
}
