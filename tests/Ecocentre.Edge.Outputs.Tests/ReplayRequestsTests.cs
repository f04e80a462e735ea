using Ecocentre.Edge.Outputs.Evidence;

namespace Ecocentre.Edge.Outputs.Tests;

public sealed class ReplayRequestsTests
{
    [Fact]
    public void Overlapping_and_touching_ranges_become_one_and_the_oldest_comes_first()
    {
        var requests = new ReplayRequests();
        Assert.Null(requests.Peek());
        foreach (var (first, last) in new[] { (100, 200), (50, 60), (150, 250), (251, 300), (61, 70) })
            Assert.True(requests.TryAdd(new SequenceRange(first, last)));
        Assert.Equal(2, requests.Count);
        Assert.Equal(new SequenceRange(50, 70), requests.Peek());
        requests.Done(50, 70);
        Assert.Equal(new SequenceRange(100, 300), requests.Peek());
    }

    [Fact]
    public void What_is_done_leaves_the_rest()
    {
        var requests = new ReplayRequests();
        requests.TryAdd(new SequenceRange(10, 20));
        requests.Done(10, 14);
        Assert.Equal(new SequenceRange(15, 20), requests.Peek());
        // A wider range came in meanwhile: what lies before what was done stays wanted.
        requests.TryAdd(new SequenceRange(5, 30));
        requests.Done(15, 20);
        Assert.Equal(new SequenceRange(5, 14), requests.Peek());
        requests.Done(5, 14);
        Assert.Equal(new SequenceRange(21, 30), requests.Peek());
        requests.Done(21, 40);
        Assert.Equal(0, requests.Count);
        requests.Done(1, 2);
    }

    [Fact]
    public void Only_so_many_ranges_wait()
    {
        var requests = new ReplayRequests();
        for (var range = 0; range < ReplayRequests.RangesMax; range++) Assert.True(requests.TryAdd(new SequenceRange(range * 10, range * 10 + 5)));
        Assert.False(requests.TryAdd(new SequenceRange(1000, 1001)));
        Assert.True(requests.TryAdd(new SequenceRange(0, 1001)));
        Assert.Equal(1, requests.Count);
    }
}
