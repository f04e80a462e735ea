using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Simulation;
using Ecocentre.Edge.Simulation.Building;

namespace Ecocentre.Edge.Tests.Simulation;

/// <summary>Desks, pulses and air in virtual time: the gateway's own inputs, drivers, bus owners and judgement on simulated ports, against the truth of a
/// working day. What fails here is found again by <c>dotnet run --project tests/Ecocentre.Edge.Simulation -- --seed S --hours 3</c>.</summary>
public sealed class DeskWorldTests
{
    /// <summary>Goal: desk states equal the truth within the declared hold times, and no desk is ever free while its sensor is silent. Method: an hour of
    /// PIRs that pulse, lose who sits still and drop a third of their pulses, with lines stuck either way, a loose wire that makes the kernel drop edges,
    /// the chip unplugged, and the gateway killed in the middle; every desk is looked at every few seconds.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void An_hour_of_chatter_stuck_lines_dropped_events_and_a_restart(int seed)
    {
        var scenario = Morning(seed) with
        {
            Dropped = 0.33,
            Events =
            [
                new LooseWire(Minutes(8), 5000), new DeskLineStuck(Minutes(10), 2, Minutes(35), IsActive: true),
                new DeskLineStuck(Minutes(12), 4, Minutes(30), IsActive: false), new LooseWire(Minutes(20), 900),
                new DeskLineStuck(Minutes(21), 1, Minutes(25), IsActive: true), new ProcessKilled(Minutes(34), 200, Minutes(1.5)),
                new LooseWire(Minutes(41), 5000), new LinesGone(Minutes(50), Minutes(12)), new LooseWire(Minutes(55), 3000),
            ],
        };
        var report = Simulator.Run(scenario);
        Assert.True(report.Violations.Count == 0, string.Join('\n', scenario.Describe().Concat(report.Lines())));
        Assert.Equal(2, report.Lives);
        Assert.True(report.Looked["no desk free in silence"] > 10_000 && report.Looked["desks true"] > 1_000, string.Join('\n', report.Lines()));
        foreach (var state in new[] { DeskState.Unknown, DeskState.Free, DeskState.Occupied, DeskState.Held })
            Assert.True(report.DesksSaid.GetValueOrDefault(state) > 50, string.Join('\n', report.Lines()));
    }

    [Fact]
    public void Pulses_are_conserved_over_many_restarts()
    {
        var scenario = Morning(5) with
        {
            Events = [.. Enumerable.Range(0, 6).Select(i => new ProcessKilled(Minutes(10 + 9 * i), 30 + 77 * i, Minutes(0.2 * i)))],
        };
        var report = Simulator.Run(scenario);
        Assert.True(report.Violations.Count == 0, string.Join('\n', scenario.Describe().Concat(report.Lines())));
        Assert.Equal(7, report.Lives);
    }

    [Fact]
    public void A_chip_that_stammers_is_never_believed_when_its_checksum_is_wrong()
    {
        var scenario = Morning(6) with
        {
            Chips = new ChipTrouble(0.1, 0.15),
            Events = [new ChipGone(Minutes(15), Minutes(10)), new ChipBusStuck(Minutes(35), Minutes(4))],
        };
        var report = Simulator.Run(scenario);
        Assert.True(report.Violations.Count == 0, string.Join('\n', scenario.Describe().Concat(report.Lines())));
        Assert.True(report.Looked["values true"] > 100, string.Join('\n', report.Lines()));
    }

    [Theory]
    [InlineData(PlantedBug.SilenceReadAsNobody, "no desk free in silence")]
    [InlineData(PlantedBug.PresenceForgotten, "desks as seen")]
    [InlineData(PlantedBug.PresenceForgotten, "desks true")]
    [InlineData(PlantedBug.PulsesInvented, "pulses conserved")]
    [InlineData(PlantedBug.CarbonMisjudged, "windows true")]
    public void A_planted_bug_is_found(PlantedBug bug, string oracle)
    {
        // With the lines away for longer than the hold time, silence could be taken for nobody.
        var events = bug == PlantedBug.SilenceReadAsNobody ? new Event[] { new LinesGone(Minutes(20), Minutes(25)) } : [];
        var report = Simulator.Run(Morning(7) with { Events = events }, bug);
        Assert.Contains(report.Violations, violation => violation.StartsWith(oracle, StringComparison.Ordinal));
    }

    /// <summary>Sixteen desks and one meter on a working morning, with nothing that goes wrong.</summary>
    private static Scenario Morning(int seed) => Scenario.Draw(seed, TimeSpan.FromHours(1.75)) with
    {
        Events = [], Wire = new WireTrouble(0, 0, 0, 0, 0), Chips = new ChipTrouble(0, 0), Dropped = 0, Desks = 16,
        Broker = new BrokerTrouble(0, 0, 0, 0), SerialMeters = 1, NetworkMeters = 0, Inputs = RoomInputs.All, IsWide = false,
    };

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);
}
