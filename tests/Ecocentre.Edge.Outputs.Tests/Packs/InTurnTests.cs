using Ecocentre.Edge.Outputs.Packs;

namespace Ecocentre.Edge.Outputs.Tests.Packs;

/// <summary>What several make is taken in order, each once, and a failure ends all of it.</summary>
public sealed class InTurnTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 4)]
    [InlineData(500, 1)]
    [InlineData(500, 4)]
    public void Things_are_taken_in_their_order(int count, int workers)
    {
        const int seed = 7;
        var (random, taken, ahead) = (new Random(seed), new List<int>(), 0);
        var work = Enumerable.Range(0, count).Select(_ => random.Next(10) == 0 ? 20_000 : 10).ToArray();
        var made = 0;
        InTurn.Run(count, workers, i =>
        {
            Interlocked.Increment(ref made);
            Thread.SpinWait(work[i]);
            return $"{i}";
        }, (i, text) =>
        {
            Assert.Equal($"{i}", text);
            taken.Add(i);
            ahead = Math.Max(ahead, Volatile.Read(ref made) - taken.Count);
        }, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, count), taken);
        // Two for each worker wait, and each has one in the works.
        Assert.True(ahead <= 3 * workers + 1, $"{ahead} ahead");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_a_maker_throws_comes_out_and_nothing_after_it_is_taken(int workers)
    {
        var taken = new List<int>();
        var thrown = Assert.Throws<IOException>(() => InTurn.Run(
            200, workers, i => i == 17 ? throw new IOException("seventeen") : $"{i}", (i, _) => taken.Add(i), TestContext.Current.CancellationToken));
        Assert.Equal("seventeen", thrown.Message);
        Assert.Equal(Enumerable.Range(0, taken.Count), taken);
        Assert.True(taken.Count <= 17);
    }

    [Fact]
    public void What_the_taker_throws_comes_out()
    {
        Assert.Throws<InvalidDataException>(() => InTurn.Run(
            50, 3, i => $"{i}", (i, _) =>
            {
                if (i == 5) throw new InvalidDataException();
            }, TestContext.Current.CancellationToken));
    }
}
