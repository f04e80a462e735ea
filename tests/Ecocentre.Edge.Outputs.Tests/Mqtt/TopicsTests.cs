using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class TopicsTests
{
    [Fact]
    public void The_topics_are_those_outsiders_know()
    {
        var topics = new Topics("lyon-1");
        Assert.Equal("ecocentre/v1/lyon-1/status", topics.Status);
        Assert.Equal("ecocentre/v1/lyon-1/log", topics.Log);
        Assert.Equal("ecocentre/v1/lyon-1/ack", topics.Ack);
        Assert.Equal("ecocentre/v1/lyon-1/replay", topics.Replay);
        Assert.Equal("ecocentre/v1/lyon-1/points/main.power.active", topics.Point("main.power.active"));
        Assert.Equal("ecocentre/v1/lyon-1/desks/d1", topics.Desk("d1"));
        Assert.Equal("ecocentre/v1/lyon-1/criteria/co2", topics.Criterion("co2"));
        Assert.Equal("ecocentre/v1/+/log", Topics.EveryLog);
        Assert.Equal("$share/ingest/ecocentre/v1/+/log", Topics.EveryLogShared("ingest"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Lyon")]
    [InlineData("a/b")]
    [InlineData("+")]
    [InlineData("#")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("é")]
    [InlineData("a b")]
    [InlineData("a\0")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void An_id_that_cannot_stand_in_a_topic_is_refused(string id)
    {
        Assert.False(Topics.IsCentreId(id));
        Assert.Throws<ArgumentException>(() => new Topics(id));
        Assert.False(Topics.TryReadCentre($"ecocentre/v1/{id}/log", out var centre) && centre == id);
    }

    [Fact]
    public void The_centre_is_read_from_its_topics()
    {
        Assert.True(Topics.TryReadCentre("ecocentre/v1/lyon-1/log", out var centre));
        Assert.Equal("lyon-1", centre);
        Assert.False(Topics.TryReadCentre("ecocentre/v2/lyon-1/log", out _));
        Assert.False(Topics.TryReadCentre("ecocentre/v1/lyon-1", out _));
    }
}
