using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class SimulatedGpioLinesTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Debounce = TimeSpan.FromMilliseconds(20);

    private readonly VirtualTime _time = new();
    private readonly SimulatedGpioChip _chip;
    private readonly LineEdge[] _edges = new LineEdge[100];

    public SimulatedGpioLinesTests() => _chip = new SimulatedGpioChip("chip", 40, _time);

    [Fact]
    public void An_edge_ends_the_wait_and_bears_its_own_time() => _time.Run(async () =>
    {
        await using var lines = _chip.Request([new LineSettings(7), new LineSettings(3, ActiveLow: true)]);
        Assert.Equal(0b10ul, lines.ReadLevels());
        var read = lines.ReadEdgesAsync(_edges, Second, default);
        _time.Pass(TimeSpan.FromMilliseconds(250));
        var at = _time.GetTimestamp();
        _chip.Drive(3, isHigh: true);

        Assert.Equal(1, await read);
        Assert.Equal(new LineEdge(1, false, at), _edges[0]);
        Assert.Equal(0ul, lines.ReadLevels());
    });

    [Fact]
    public void Nothing_comes_when_nothing_happens() => _time.Run(async () =>
    {
        await using var lines = _chip.Request([new LineSettings(7)]);
        var before = _time.Elapsed;
        Assert.Equal(0, await lines.ReadEdgesAsync(_edges, Second, default));
        Assert.Equal(Second, _time.Elapsed - before);
    });

    [Fact]
    public void Bounces_are_one_edge_told_when_the_line_was_quiet() => _time.Run(async () =>
    {
        await using var lines = _chip.Request([new LineSettings(7, Debounce: Debounce)]);
        for (var i = 0; i < 9; i++)
        {
            _chip.Drive(7, isHigh: i % 2 == 0);
            await Task.Delay(TimeSpan.FromMilliseconds(3), _time);
        }
        var last = _time.GetTimestamp() - TimeSpan.FromMilliseconds(3).Ticks;

        Assert.Equal(1, await lines.ReadEdgesAsync(_edges, Second, default));
        Assert.Equal(new LineEdge(0, true, last + Debounce.Ticks), _edges[0]);

        _chip.Drive(7, isHigh: false);
        await Task.Delay(TimeSpan.FromMilliseconds(5), _time);
        _chip.Drive(7, isHigh: true);
        Assert.Equal(0, await lines.ReadEdgesAsync(_edges, Second, default));
        Assert.Equal(1ul, lines.ReadLevels());
    });

    [Fact]
    public void A_full_buffer_drops_the_oldest_which_are_counted_and_pulses_keep_their_number() => _time.Run(async () =>
    {
        await using var lines = _chip.Request([new LineSettings(1), new LineSettings(2)]);
        _chip.Drive(2, isHigh: true);
        for (var i = 0; i < 50; i++)
        {
            _chip.Drive(1, isHigh: true);
            await Task.Delay(TimeSpan.FromMilliseconds(30), _time);
            _chip.Drive(1, isHigh: false);
            await Task.Delay(TimeSpan.FromMilliseconds(30), _time);
        }

        var told = new List<LineEdge>();
        while (await lines.ReadEdgesAsync(_edges, TimeSpan.Zero, default) is var count and > 0) told.AddRange(_edges.Take(count));

        Assert.Equal(101 - lines.BufferMax, lines.EdgesLost);
        Assert.Equal(50, told.Count(edge => edge is { Line: 0, IsActive: true }));
        Assert.Equal([true], told.Where(edge => edge.Line == 1).Select(edge => edge.IsActive));
        Assert.All(told.Where(edge => edge.Line == 0).Zip(told.Where(edge => edge.Line == 0).Skip(1)), pair =>
            Assert.InRange(pair.Second.Timestamp - pair.First.Timestamp, TimeSpan.FromMilliseconds(28).Ticks, TimeSpan.FromMilliseconds(32).Ticks));
    });

    [Fact]
    public void A_line_has_one_user_and_only_lines_of_the_chip_can_be_had() => _time.Run(async () =>
    {
        await using (_chip.Request([new LineSettings(7)]))
            Assert.Contains("line 7 is in use", Assert.Throws<IOException>(() => _chip.Request([new LineSettings(7)])).Message);
        await _chip.Request([new LineSettings(7)]).DisposeAsync();
        Assert.Contains("lines 0 to 39", Assert.Throws<IOException>(() => _chip.Request([new LineSettings(40)])).Message);
    });

    [Fact]
    public void A_chip_that_goes_away_ends_the_wait() => _time.Run(async () =>
    {
        await using var lines = _chip.Request([new LineSettings(7)]);
        var read = lines.ReadEdgesAsync(_edges, Second, default);
        _chip.IsPresent = false;
        await Assert.ThrowsAsync<IOException>(async () => await read);
        Assert.Throws<IOException>(() => lines.ReadLevels());
        Assert.Throws<IOException>(() => _chip.Request([new LineSettings(8)]));
        _chip.IsPresent = true;
        await _chip.Request([new LineSettings(8)]).DisposeAsync();
    });

    [Fact]
    public void A_wait_can_be_cancelled_and_nothing_is_lost_by_it() => _time.Run(async () =>
    {
        await using var lines = _chip.Request([new LineSettings(7, Bias: LineBias.PullUp)]);
        using var cancellation = new CancellationTokenSource();
        var read = lines.ReadEdgesAsync(_edges, Second, cancellation.Token);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        _chip.Drive(7, isHigh: false);
        Assert.Equal(1, await lines.ReadEdgesAsync(_edges, Second, default));
        Assert.False(_edges[0].IsActive);
    });
}
