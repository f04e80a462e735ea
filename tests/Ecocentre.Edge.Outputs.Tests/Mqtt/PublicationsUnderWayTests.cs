using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class PublicationsUnderWayTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private readonly PublicationsUnderWay _underWay;

    public PublicationsUnderWayTests() => _underWay = new PublicationsUnderWay(Timeout, _time);

    [Fact]
    public async Task Each_is_given_up_in_its_own_time_and_an_answer_ends_the_row()
    {
        var first = Add(1);
        _time.Advance(TimeSpan.FromSeconds(4));
        var second = Add(2);
        Assert.Equal(1_000, _underWay.MillisecondsToNext(1_000));
        _time.Advance(TimeSpan.FromSeconds(5.5));
        Assert.Equal(500, _underWay.MillisecondsToNext(1_000));
        _underWay.GiveUpLate();
        Assert.False(first.Outcome.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        _underWay.GiveUpLate();
        Assert.Contains("10 s", await first.Outcome);
        Assert.Equal((1, 1), (_underWay.TimeoutsInRow, _underWay.Count));

        _underWay.Acknowledge(2, 0);
        Assert.Null(await second.Outcome);
        Assert.Equal((0, 0), (_underWay.TimeoutsInRow, _underWay.Count));
        _underWay.GiveUpLate();
        Assert.Equal(1_000, _underWay.MillisecondsToNext(1_000));
    }

    [Fact]
    public async Task A_late_answer_says_nothing_to_a_later_message_of_the_same_id()
    {
        var early = Add(7);
        _time.Advance(Timeout);
        _underWay.GiveUpLate();
        _underWay.Acknowledge(7, 0);
        Assert.NotNull(await early.Outcome);

        var cancelled = Add(8);
        cancelled.Cancel(new CancellationToken(true));
        var later = Add(8);
        _time.Advance(Timeout / 2);
        _underWay.GiveUpLate();
        Assert.Equal(1, _underWay.Count);
        _underWay.Acknowledge(8, 0);
        Assert.Null(await later.Outcome);
    }

    [Fact]
    public async Task What_is_left_when_the_connection_goes_fails_with_its_words()
    {
        var publication = Add(1);
        _underWay.FailAll("gone");
        Assert.Equal("gone", await publication.Outcome);
        Assert.Equal(0, _underWay.Count);
    }

    private SinglePublication Add(int id)
    {
        var publication = new SinglePublication(LinkBench.Message("t"));
        _underWay.Add(id, publication);
        return publication;
    }
}
