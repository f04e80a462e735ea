using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Simulation;
using Ecocentre.Edge.Simulation.Building;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Tests.Simulation;

/// <summary>Whole centres in virtual time: real meters' code, bus loops, transports, gateway, log and follower, with faults by seed. What fails here
/// is found again by <c>dotnet run --project tests/Ecocentre.Edge.Simulation -- --seed S --hours 3</c>.</summary>
public sealed class WorldTests
{
    private static readonly TimeSpan Length = TimeSpan.FromHours(3);

    // Every oracle that looks at something in at least one of the worlds below.
    private static readonly string[] Oracles =
    [
        "adds up", "alive after faults", "borders", "bounded", "coverage true", "desks as seen", "desks known", "desks true", "drained", "energy conserved",
        "exactly once", "in the database", "newest revision", "no desk free in silence", "none set apart", "once", "ordered", "original times",
        "pulses conserved", "sane", "told everything", "tree", "values true", "windows true",
    ];

    public static TheoryData<int> FirstSeeds() => [1, 9, 17, 25];

    [Theory, MemberData(nameof(FirstSeeds))]
    public void Whatever_goes_wrong_everything_is_counted_once_and_told(int first)
    {
        for (var seed = first; seed < first + 8; seed++)
        {
            var scenario = Scenario.Draw(seed, Length);
            var report = Simulator.Run(scenario);
            Assert.True(report.Violations.Count == 0, string.Join('\n', scenario.Describe().Concat(report.Lines())));
            Assert.True(report.Readings > 300, $"seed {seed}: hardly anything was read, so nothing was shown");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_world_and_another_seed_another()
    {
        var first = Simulator.Run(2, TimeSpan.FromHours(2));
        Assert.Equal(first.Hash, Simulator.Run(2, TimeSpan.FromHours(2)).Hash);
        Assert.NotEqual(first.Hash, Simulator.Run(3, TimeSpan.FromHours(2)).Hash);
    }

    [Theory]
    [InlineData(PlantedBug.EntryLost, "told everything")]
    [InlineData(PlantedBug.EnergyInvented, "energy conserved")]
    [InlineData(PlantedBug.ReadingsForgotten, "coverage true")]
    [InlineData(PlantedBug.ReadingsMisdated, "coverage true")]
    [InlineData(PlantedBug.RowsLost, "in the database")]
    [InlineData(PlantedBug.WindowTwice, "once")]
    [InlineData(PlantedBug.WorkForgotten, "bounded")]
    [InlineData(PlantedBug.PollsHang, "alive after faults")]
    public void A_planted_bug_is_found(PlantedBug bug, string oracle)
    {
        var report = Simulator.Run(Quiet(TimeSpan.FromHours(1.5)), bug);
        Assert.Contains(report.Violations, violation => violation.StartsWith(oracle, StringComparison.Ordinal));
    }

    /// <summary>A register that is full begins again at zero: a delta that is wrong by that is found, and a right one is not.</summary>
    [Theory]
    [InlineData(PlantedBug.None)]
    [InlineData(PlantedBug.RolloverMisread)]
    public void A_planted_bug_at_a_rollover_is_found(PlantedBug bug)
    {
        var report = Simulator.Run(Quiet(TimeSpan.FromHours(1.5)) with { RollsOver = true }, bug);
        Assert.True(report.Injected["Rollover"] > 0, string.Join('\n', report.Lines()));
        if (bug == PlantedBug.None) Assert.True(report.Violations.Count == 0, string.Join('\n', report.Lines()));
        else Assert.Contains(report.Violations, violation => violation.StartsWith("energy conserved", StringComparison.Ordinal));
    }

    /// <summary>Goal: a reload costs nothing but what it takes out. Method: a site that loses a meter between others and desks, and one that gets one, on
    /// either kind of bus; each is also refused once.</summary>
    [Theory]
    [InlineData(2, 0, true)]
    [InlineData(2, 0, false)]
    [InlineData(1, 1, true)]
    [InlineData(1, 1, false)]
    public void A_site_that_changes_under_the_gateway_leaves_the_rest_as_it_was(int serial, int network, bool removes)
    {
        var scenario = Quiet(TimeSpan.FromHours(2)) with
        {
            SerialMeters = serial, NetworkMeters = network,
            Events = [new SiteRefused(TimeSpan.FromMinutes(30)), new SiteChanged(TimeSpan.FromMinutes(47), removes)],
        };
        var report = Simulator.Run(scenario);
        Assert.True(report.Violations.Count == 0, string.Join('\n', scenario.Describe().Concat(report.Lines())));
        Assert.Equal((1, 1, 1), (report.Lives, report.Injected["Reloaded"], report.Injected["PointRefused"]));
        Assert.True(report.Looked["coverage true"] > 1000, string.Join('\n', report.Lines()));
    }

    /// <summary>A bug in what is sealed or judged shows when a day has been sealed: twenty minutes after midnight, UTC.</summary>
    [Theory]
    [InlineData(PlantedBug.None, null)]
    [InlineData(PlantedBug.SealedDayChanged, "sealed")]
    [InlineData(PlantedBug.SealedDayChanged, "packs verify")]
    [InlineData(PlantedBug.VerdictBent, "judged again")]
    public void A_planted_bug_in_the_evidence_is_found(PlantedBug bug, string? oracle)
    {
        var scenario = Quiet(TimeSpan.FromHours(3.5)) with
        {
            Begin = new DateTimeOffset(2026, 6, 3, 21, 10, 0, TimeSpan.Zero), Period = TimeSpan.FromSeconds(20),
        };
        var report = Simulator.Run(scenario, bug);
        if (oracle is null) Assert.True(report.Violations.Count == 0, string.Join('\n', report.Lines()));
        else Assert.Contains(report.Violations, violation => violation.StartsWith(oracle, StringComparison.Ordinal));
        if (oracle is not null) return;
        foreach (var looked in new[] { "checkpoints", "judged again", "packs verify", "sealed exactly", "sealed once" })
            Assert.True(report.Looked.GetValueOrDefault(looked) > 0, $"{looked}: {string.Join('\n', report.Lines())}");
    }

    [Fact]
    public void Chance_that_no_seed_determines_is_found()
    {
        var scenario = Quiet(TimeSpan.FromHours(1.5)) with { Broker = new BrokerTrouble(0.1, 0.1, 0.1, 0.1) };
        Assert.NotEqual(Simulator.Run(scenario, PlantedBug.ChanceUnseeded).Hash, Simulator.Run(scenario, PlantedBug.ChanceUnseeded).Hash);
    }

    [Fact]
    public void A_world_without_faults_passes_every_oracle()
    {
        var report = Simulator.Run(Quiet(TimeSpan.FromHours(1.5)));
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Lines()));
        Assert.Equal(Oracles, report.Looked.Where(looked => looked.Value > 0).Select(looked => looked.Key).Order(StringComparer.Ordinal));
        Assert.Equal(1, report.Lives);
    }

    [Theory]
    [InlineData("2026-03-28T21:30:00Z", 23)]
    [InlineData("2026-10-24T20:30:00Z", 25)]
    public void The_local_day_on_which_the_clocks_change_has_its_own_length(string begin, int hours)
    {
        var scenario = Quiet(TimeSpan.FromHours(29)) with
        {
            Begin = DateTimeOffset.Parse(begin, null), Period = TimeSpan.FromSeconds(30), SerialMeters = 1, Desks = 1,
        };
        var report = Simulator.Run(scenario);
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Lines()));
        var day = report.Told.Values.OfType<WindowFact>().Select(w => w.Aggregate)
            .Where(a => a.Kind == WindowKind.Day && a.Window.Length == TimeSpan.FromHours(hours)).ToList();
        Assert.NotEmpty(day);
        Assert.All(day, a => Assert.Equal(1, a.Coverage, 1e-3));
    }

    /// <summary>Two meters on a line and one on the network, and nothing that goes wrong.</summary>
    private static Scenario Quiet(TimeSpan length) => Scenario.Draw(1, length) with
    {
        Events = [], Wire = new WireTrouble(0, 0, 0, 0, 0), SerialMeters = 2, NetworkMeters = 1, Period = TimeSpan.FromSeconds(10),
        Chips = new ChipTrouble(0, 0), Dropped = 0, Broker = new BrokerTrouble(0, 0, 0, 0), Desks = 6, Inputs = RoomInputs.All, IsWide = false,
        QuantitiesMax = 4,
    };
}
