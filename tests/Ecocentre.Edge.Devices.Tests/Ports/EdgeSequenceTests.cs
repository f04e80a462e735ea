using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Tests.Ports;

public sealed class EdgeSequenceTests
{
    private readonly LineEdge[] _edges = new LineEdge[64];
    private int _count;

    [Fact]
    public void Edges_in_order_pass_as_they_are()
    {
        var told = new EdgeSequence(2, 0, 100);

        Tell(told, new RawEdge(1, true, 110, 1, 1), new RawEdge(0, true, 120, 2, 1), new RawEdge(1, false, 130, 3, 2));

        Assert.Equal([new LineEdge(1, true, 110), new LineEdge(0, true, 120), new LineEdge(1, false, 130)], Told());
        Assert.Equal((0, false), (told.Lost, told.IsGapOpen));
    }

    [Fact]
    public void Edges_that_the_kernel_dropped_are_made_up_when_the_next_one_comes()
    {
        var told = new EdgeSequence(1, 0, 0);

        Tell(told, new RawEdge(0, true, 100, 1, 1), new RawEdge(0, true, 180, 5, 5));

        Assert.Equal([(true, 100), (false, 120), (true, 140), (false, 160), (true, 180)], Told().Select(e => (e.IsActive, e.Timestamp)));
        Assert.Equal((3, true), (told.Lost, told.IsGapOpen));
    }

    [Fact]
    public void A_level_tells_of_an_edge_that_no_other_followed_and_the_edge_itself_is_then_no_news()
    {
        var told = new EdgeSequence(2, 0, 0);
        Tell(told, new RawEdge(0, true, 100, 1, 1), new RawEdge(0, false, 110, 2, 2), new RawEdge(0, true, 120, 6, 3));
        Assert.True(told.IsGapOpen);
        Assert.True(told.Compare(0b11, 130, _edges, ref _count));
        Assert.False(told.IsGapOpen);
        // The edge that the level came from was on its way.
        Tell(told, new RawEdge(1, true, 129, 7, 4), new RawEdge(1, false, 140, 8, 5));

        Assert.Equal([(0, true), (0, false), (0, true), (1, true), (1, false), (1, true), (1, false)], Told().Select(e => (e.Line, e.IsActive)));
        Assert.Equal(3, told.Lost);
    }

    [Fact]
    public void An_edge_between_request_and_first_level_is_told_once_or_not_at_all()
    {
        var early = new EdgeSequence(1, 1, 100);
        Tell(early, new RawEdge(0, true, 99, 1, 1), new RawEdge(0, false, 105, 2, 2));
        Assert.Equal([new LineEdge(0, false, 105)], Told());
    }

    [Fact]
    public void A_pulse_that_the_kernel_saw_as_one_edge_is_two_edges()
    {
        var told = new EdgeSequence(1, 0, 0);

        Tell(told, new RawEdge(0, true, 100, 1, 1), new RawEdge(0, false, 110, 2, 2), new RawEdge(0, false, 130, 3, 3));

        Assert.Equal([(true, 100), (false, 110), (true, 120), (false, 130)], Told().Select(e => (e.IsActive, e.Timestamp)));
        Assert.Equal(0, told.Lost);
    }

    [Fact]
    public void Numbers_go_round_through_zero()
    {
        var told = new EdgeSequence(1, 0, 0);
        foreach (var (number, isActive) in new[] { (uint.MaxValue / 2 - 1, false), (uint.MaxValue, true) })
            while (!told.Tell(new RawEdge(0, isActive, 1, number, number), _edges, ref _count)) _count = 0;
        _count = 0;
        Tell(told, new RawEdge(0, false, 2, 0, 0), new RawEdge(0, true, 3, 1, 1));

        Assert.Equal([(false, 2), (true, 3)], Told().Select(e => (e.IsActive, e.Timestamp)));
    }

    [Fact]
    public void Lines_that_change_at_the_same_time_may_be_numbered_in_another_order_than_they_are_told()
    {
        var told = new EdgeSequence(3, 0, 0);

        Tell(told, new RawEdge(0, true, 10, 1, 1), new RawEdge(2, true, 12, 3, 1), new RawEdge(1, true, 11, 2, 1), new RawEdge(0, false, 20, 4, 2));

        Assert.Equal([(0, true), (2, true), (1, true), (0, false)], Told().Select(e => (e.Line, e.IsActive)));
        Assert.Equal(0, told.Lost);
    }

    /// <summary>A kernel is played with random edges, a buffer that drops, levels read at random moments; the reader's room is small.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_is_dropped_levels_come_right_edges_alternate_and_none_is_invented(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            const int Lines = 3;
            var (levels, time, sequence) = (0ul, 0L, 0u);
            var (happened, own, heard, active) = (new int[Lines], new uint[Lines], new int[Lines], new bool[Lines]);
            var kernel = new Queue<RawEdge>();
            var told = new EdgeSequence(Lines, 0, 0);
            var room = new LineEdge[1 + random.Next(5)];
            var bufferMax = 1 + random.Next(8);
            for (var step = 0; step < 200; step++)
            {
                for (var edges = random.Next(random.Next(2) == 0 ? 3 : 30); edges > 0; edges--)
                {
                    var line = random.Next(Lines);
                    levels ^= 1ul << line;
                    happened[line]++;
                    if (kernel.Count == bufferMax) kernel.Dequeue();
                    kernel.Enqueue(new RawEdge(line, (levels >> line & 1) != 0, time += random.Next(5), ++sequence, ++own[line]));
                }
                // Edges that come between the last read of the buffer and the read of the levels.
                Read(random.Next(3) == 0 ? kernel.Count / 2 : 0);
            }
            Read(0);
            Assert.True(levels == Levels(), $"Seed {seed}, round {round}: levels.");
            for (var line = 0; line < Lines; line++)
                Assert.True(heard[line] <= happened[line], $"Seed {seed}, round {round}: line {line} had {happened[line]} edges, {heard[line]} were told.");

            void Read(int left)
            {
                while (kernel.Count > left)
                {
                    var count = 0;
                    if (told.Tell(kernel.Peek(), room, ref count)) kernel.Dequeue();
                    Hear(count);
                }
                for (var isDone = false; !isDone;)
                {
                    var count = 0;
                    isDone = told.Compare(levels, ++time, room, ref count);
                    Hear(count);
                }
            }

            void Hear(int count)
            {
                foreach (var edge in room.AsSpan(0, count))
                {
                    Assert.True(active[edge.Line] != edge.IsActive, $"Seed {seed}, round {round}: line {edge.Line} was {edge.IsActive} already.");
                    active[edge.Line] = edge.IsActive;
                    heard[edge.Line]++;
                }
            }

            ulong Levels() => active.Select((isActive, line) => isActive ? 1ul << line : 0).Aggregate((a, b) => a | b);
        }
    }

    private void Tell(EdgeSequence told, params RawEdge[] edges)
    {
        foreach (var edge in edges) Assert.True(told.Tell(edge, _edges, ref _count));
    }

    private LineEdge[] Told()
    {
        LineEdge[] edges = [.. _edges.Take(_count)];
        _count = 0;
        return edges;
    }
}
