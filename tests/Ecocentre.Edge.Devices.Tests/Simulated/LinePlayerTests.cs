using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Tests.Simulated;

public sealed class LinePlayerTests
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 6, 16, 7, 0, 0, TimeSpan.Zero));
    private static readonly BuildingTruth Truth = new(5, Start, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));

    /// <summary>Goal: what the kernel would tell is what the building's lines did. Method: play an hour of every desk and two pulse outputs onto a chip,
    /// read all edges, compare with the lines themselves.</summary>
    [Fact]
    public void What_is_played_is_what_the_lines_do()
    {
        var time = new VirtualTime();
        Instant Now() => Start + time.Elapsed;
        BuildingLine[] lines = [.. Enumerable.Range(0, 30).Select(desk => new DeskPir(Truth, desk)),
            .. Enumerable.Range(30, 30).Select(desk => new DeskContact(Truth, desk)), PulseLine.Water(Truth, 1), PulseLine.Energy(Truth, "water-heater", 1000)];
        var chip = new SimulatedGpioChip("simulated:gpio", 64, time);
        ImmutableArray<PlayedLine> played = [.. lines.Select((line, i) => new PlayedLine(i, line, IsActiveLow: i % 2 == 0))];
        using var ending = new CancellationTokenSource();
        var rises = new List<Instant>[lines.Length];
        for (var i = 0; i < rises.Length; i++) rises[i] = [];
        time.Run(async () =>
        {
            var playing = new LinePlayer(chip, played, time, Now).RunAsync(ending.Token);
            // The levels of the beginning are there already, and are no edges.
            var request = chip.Request([.. played.Select(p => new LineSettings(p.Offset, p.IsActiveLow))]);
            var edges = new LineEdge[256];
            while (Now() < Start + TimeSpan.FromHours(1))
            {
                var count = await request.ReadEdgesAsync(edges, TimeSpan.FromSeconds(5), CancellationToken.None);
                foreach (var edge in edges[..count])
                    if (edge.IsActive) rises[edge.Line].Add(Now() - time.GetElapsedTime(edge.Timestamp));
            }
            Assert.Equal(0, request.EdgesLost);
            ending.Cancel();
            await playing;
        });
        for (var i = 0; i < lines.Length; i++)
        {
            var expected = lines[i].ActiveBetween(Start, Start + TimeSpan.FromHours(1)).Select(s => s.From).Where(at => at > Start).ToArray();
            var told = rises[i].Where(r => r < Start + TimeSpan.FromHours(1)).ToArray();
            Assert.True(expected.SequenceEqual(told), $"line {i}: {expected.Length} stretches, {told.Length} told");
        }
        Assert.True(rises.Sum(r => r.Count) > 3000);
    }
}
