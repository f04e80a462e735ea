using System.Collections.Immutable;
using System.Device.Gpio;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.IotPackages.Ports;

namespace Ecocentre.Edge.IotPackages.Tests.Ports;

public sealed class PackageGpioLinesTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(30);

    private readonly PlayedDriver _driver = new();
    private readonly LineEdge[] _edges = new LineEdge[16];

    [Fact]
    public async Task Levels_and_edges_are_told_by_place_in_the_request_and_active_low_turns_them()
    {
        _driver.Drive(5, isHigh: true);
        await using var lines = Lines(new LineSettings(3), new LineSettings(5, ActiveLow: true, Bias: LineBias.PullUp));
        Assert.Equal(PinMode.InputPullUp, _driver.ModeOf(5));
        Assert.Equal(0b00ul, lines.ReadLevels());
        _driver.Drive(5, isHigh: false);
        _driver.Drive(3, isHigh: true);
        Assert.Equal([(1, true), (0, true)], await ReadAsync(lines));
        Assert.Equal(0b11ul, lines.ReadLevels());
        Assert.Equal(0, await lines.ReadEdgesAsync(_edges, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task A_level_is_believed_when_it_has_stood()
    {
        await using var lines = Lines(new LineSettings(3, Debounce: TimeSpan.FromMilliseconds(20)));
        var before = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 5; i++) _driver.Drive(3, i % 2 == 0);
        Assert.Equal([(0, true)], await ReadAsync(lines, TimeSpan.FromSeconds(10)));
        Assert.True(TimeProvider.System.GetElapsedTime(before, _edges[0].Timestamp) >= TimeSpan.FromMilliseconds(20));
        _driver.Drive(3, false);
        _driver.Drive(3, true);
        Assert.Empty(await ReadAsync(lines, TimeSpan.FromMilliseconds(60)));
    }

    [Fact]
    public async Task An_edge_that_was_not_told_is_seen_by_the_level_and_one_between_two_is_counted()
    {
        await using var lines = Lines(new LineSettings(3));
        _driver.Drive(3, true, silently: true);
        Assert.Equal([(0, true)], await ReadAsync(lines));
        _driver.Drive(3, false, silently: true);
        _driver.Drive(3, true);
        Assert.Empty(await ReadAsync(lines));
        Assert.Equal(1, lines.EdgesLost);
    }

    [Fact]
    public async Task More_than_can_be_kept_is_counted_and_the_level_is_right_in_the_end()
    {
        await using var lines = Lines(new LineSettings(3));
        for (var i = 0; i < 5001; i++) _driver.Drive(3, i % 2 == 0);
        while (await lines.ReadEdgesAsync(_edges, Soon, default) > 0)
        {
            // Whatever was kept.
        }
        Assert.InRange(lines.EdgesLost, 3000, 5001);
        Assert.Equal(1ul, lines.ReadLevels());
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled()
    {
        await using var lines = Lines(new LineSettings(3));
        using var soon = new CancellationTokenSource(Soon);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await lines.ReadEdgesAsync(_edges, TimeSpan.FromMinutes(1), soon.Token));
    }

    [Fact]
    public void What_cannot_be_is_refused_in_words_and_the_chip_is_let_go()
    {
        Assert.Contains("line 3 is asked for twice", Assert.Throws<IOException>(() => Lines(new LineSettings(3), new LineSettings(3))).Message);
        Assert.True(_driver.IsDisposed);
        Assert.Contains("cannot be InputPullDown", Assert.Throws<IOException>(() => Lines(new LineSettings(3, Bias: LineBias.PullDown))).Message);
        Assert.Contains("no such GPIO chip", Assert.Throws<IOException>(() => new PackageGpioLines("/dev/gpiochip99", [new LineSettings(1)], TimeProvider.System)).Message);
        Assert.Contains("/dev/gpiochipN", Assert.Throws<IOException>(() => new PackageGpioLines("/dev/null", [new LineSettings(1)], TimeProvider.System)).Message);
    }

    private PackageGpioLines Lines(params ImmutableArray<LineSettings> lines) =>
        new("/dev/gpiochip0", lines, TimeProvider.System, new GpioController(_driver));

    private async Task<(int, bool)[]> ReadAsync(PackageGpioLines lines, TimeSpan? timeout = null)
    {
        var count = await lines.ReadEdgesAsync(_edges, timeout ?? Soon, default);
        return [.. _edges[..count].Select(edge => (edge.Line, edge.IsActive))];
    }
}
