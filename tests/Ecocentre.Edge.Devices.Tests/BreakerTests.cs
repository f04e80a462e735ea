namespace Ecocentre.Edge.Devices.Tests;

public sealed class BreakerTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void It_opens_at_the_third_miss_in_a_row()
    {
        var breaker = new Breaker(_time);
        breaker.Missed(FaultKind.NoAnswer);
        breaker.Missed(FaultKind.NoAnswer);
        breaker.Answered();
        breaker.Missed(FaultKind.NoAnswer);
        breaker.Missed(FaultKind.NoAnswer);
        Assert.False(breaker.IsOpen);
        breaker.Missed(FaultKind.NoAnswer);
        Assert.True(breaker.IsOpen);
    }

    [Theory]
    [InlineData(FaultKind.NoAnswer, new[] { 2, 4, 6, 8 }, 60)]
    [InlineData(FaultKind.NoBus, new[] { 2, 4, 5, 5 }, 5)]
    public void Probes_in_vain_come_less_and_less(FaultKind kind, int[] first, int last)
    {
        var breaker = new Breaker(_time);
        for (var i = 0; i < Breaker.MissesMax; i++) breaker.Missed(kind);
        var waits = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            waits.Add((breaker.ProbeAt - _time.GetTimestamp()) / (double)_time.TimestampFrequency);
            _time.Pass(TimeSpan.FromSeconds(waits[^1]));
            breaker.Missed(kind);
        }
        Assert.Equal(first.Select(s => (double)s), waits.Take(first.Length));
        Assert.Equal(last, waits[^1]);
    }

    [Fact]
    public void An_answer_closes_it_and_forgets()
    {
        var breaker = new Breaker(_time);
        for (var i = 0; i < 10; i++) breaker.Missed(FaultKind.NoAnswer);
        breaker.Answered();
        Assert.False(breaker.IsOpen);
        for (var i = 0; i < Breaker.MissesMax; i++) breaker.Missed(FaultKind.NoAnswer);
        Assert.Equal(2 * _time.TimestampFrequency, breaker.ProbeAt - _time.GetTimestamp());
    }
}
