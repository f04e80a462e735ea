using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Occupancy;

public sealed class DeskHistoryTests
{
    private static readonly Instant Noon = new(1_700_000_000_000);

    [Fact]
    public void Reader_gets_consecutive_changes_up_to_its_bound_and_then_the_rest()
    {
        var history = Filled(count: 100);
        var first = history.After(0, 60);
        Assert.True(first.IsGapless);
        Assert.Equal(Enumerable.Range(1, 60).Select(n => (long)n), first.Changes.Select(c => c.Sequence));
        Assert.Equal(Enumerable.Range(61, 40).Select(n => (long)n), history.After(60, 60).Changes.Select(c => c.Sequence));
        Assert.Empty(history.After(100, 60).Changes);
        Assert.True(history.After(100, 60).IsGapless);
    }

    [Fact]
    public void Oldest_makes_room_and_whoever_needed_it_is_told()
    {
        var history = new DeskHistory(changesMax: 40);
        for (var n = 1; n <= 100; n++) history.Append(Change(n));
        Assert.Equal(61, history.Tail);
        Assert.True(history.After(60, 100).IsGapless);
        Assert.Equal(40, history.After(60, 100).Changes.Length);
        Assert.False(history.After(59, 100).IsGapless);
        Assert.Equal(100, history.After(59, 100).Head);
    }

    [Fact]
    public void What_is_older_than_a_day_is_gone()
    {
        var history = Filled(count: 100);
        history.Forget(Noon + DeskHistory.Keep + TimeSpan.FromSeconds(50));
        Assert.Equal(50, history.Tail);
        Assert.False(history.After(48, 10).IsGapless);
        Assert.Equal(50, history.After(49, 10).Changes[0].Sequence);
        history.Forget(Noon + 2 * DeskHistory.Keep);
        Assert.Equal((101, 100), (history.Tail, history.Head));
        Assert.True(history.After(100, 10).IsGapless);
        Assert.False(history.After(99, 10).IsGapless);
    }

    [Fact]
    public void Sequence_never_given_is_no_gapless_beginning()
    {
        Assert.False(Filled(count: 3).After(4, 10).IsGapless);
        Assert.True(new DeskHistory().After(0, 10).IsGapless);
    }

    [Fact]
    public void Hole_in_the_sequence_forgets_what_came_before_it()
    {
        var history = Filled(count: 10);
        history.Append(Change(20));
        Assert.Equal((20, 20), (history.Tail, history.Head));
        Assert.False(history.After(10, 10).IsGapless);
        Assert.Throws<ArgumentException>(() => history.Append(Change(20)));
    }

    [Fact]
    public void What_was_given_in_another_life_is_a_place_to_go_on_from()
    {
        var history = Filled(count: 10);
        history.SkipTo(12);
        Assert.Equal((13, 12), (history.Tail, history.Head));
        Assert.True(history.After(12, 10).IsGapless);
        Assert.False(history.After(11, 10).IsGapless);
        history.Append(Change(13));
        Assert.Equal(13, Assert.Single(history.After(12, 10).Changes).Sequence);
        history.SkipTo(3);
        Assert.Equal(13, history.Head);
    }

    [Fact]
    public void Appending_and_forgetting_in_any_order_keeps_a_gapless_end()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var history = new DeskHistory(changesMax: 64);
        var held = new Queue<DeskStatus>();
        for (int n = 1, second = 0; n <= 5_000; n++)
        {
            second += random.Next(0, 2_000);
            var change = Change(n) with { Since = Noon + TimeSpan.FromSeconds(second) };
            history.Append(change);
            held.Enqueue(change);
            if (held.Count > 64) held.Dequeue();
            if (random.Next(4) == 0)
            {
                var now = Noon + TimeSpan.FromSeconds(second + random.Next(0, 90_000));
                history.Forget(now);
                while (held.Count > 0 && held.Peek().Since < now - DeskHistory.Keep) held.Dequeue();
            }
            Assert.True(held.SequenceEqual(history.After(history.Tail - 1, 100).Changes), $"seed {seed}, change {n}");
        }
    }

    private static DeskHistory Filled(int count)
    {
        var history = new DeskHistory();
        for (var n = 1; n <= count; n++) history.Append(Change(n));
        return history;
    }

    private static DeskStatus Change(long n) => new((int)(n % 7), DeskState.Occupied, Noon + TimeSpan.FromSeconds(n), Noon, Noon, 0.9, n);
}
