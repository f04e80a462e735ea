namespace Ecocentre.Edge.Outputs.Tests;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_double_up_to_the_bound_and_begin_anew_after_success()
    {
        var backoff = new Backoff(new ManualTime(), new Random(1));
        foreach (var full in new[] { 1, 2, 4, 8, 16, 32, 60, 60, 60 })
            Assert.InRange(backoff.Next(), TimeSpan.FromSeconds(full / 2.0), TimeSpan.FromSeconds(full));
        for (var more = 0; more < 1000; more++) Assert.InRange(backoff.Next(), Backoff.Max / 2, Backoff.Max);
        backoff.Reset();
        Assert.Equal(0, backoff.Failures);
        Assert.InRange(backoff.Next(), Backoff.First / 2, Backoff.First);
    }

    [Fact]
    public void What_the_server_says_is_kept_and_a_little_more_up_to_the_bound()
    {
        var backoff = new Backoff(new ManualTime(), new Random(1));
        Assert.InRange(backoff.Next(TimeSpan.FromSeconds(100)), TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(110));
        Assert.InRange(backoff.Next(TimeSpan.FromDays(100)), Backoff.ToldMax, Backoff.ToldMax * 1.1);
        Assert.InRange(backoff.Next(TimeSpan.FromSeconds(-1)), TimeSpan.Zero, Backoff.Max);
        Assert.Equal(3, backoff.Failures);
    }

    [Fact]
    public void Two_gateways_do_not_wait_alike()
    {
        var (one, other) = (new Backoff(new ManualTime(), new Random(1)), new Backoff(new ManualTime(), new Random(2)));
        Assert.NotEqual(Enumerable.Range(0, 5).Select(_ => one.Next()), Enumerable.Range(0, 5).Select(_ => other.Next()));
    }
}
