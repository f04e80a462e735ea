using Ecocentre.Edge.Simulation;

namespace Ecocentre.Edge.Tests.Simulation;

/// <summary>Many worlds with everything that may go wrong in them. What fails here is found again by
/// <c>dotnet run --project tests/Ecocentre.Edge.Simulation -- --seed S --days 1</c>.</summary>
public sealed class SwarmTests
{
    // Days of one seed each, as many at a time as the tests are given cores; hundreds by the command.
    private const int Days = 4, AtOnce = 2;

    public static TheoryData<string> Cases() =>
        [.. Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "Cases")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Whatever_goes_wrong_in_a_day_is_over_when_its_faults_are()
    {
        var swarm = new Swarm(TimeSpan.FromDays(1));
        swarm.Run(1, Days, AtOnce, static _ => { });
        var failing = swarm.Reports.Where(report => report.Violations.Count > 0).ToList();
        Assert.True(failing.Count == 0, string.Join('\n', failing.Take(3).SelectMany(report => report.Scenario.Describe().Concat(report.Lines()))));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', swarm.Table()));
        // The same seed gives the same world, whatever ran beside it.
        var first = swarm.Reports.First();
        Assert.Equal(first.Hash, Simulator.Run(first.Scenario).Hash);
    }

    [Theory, MemberData(nameof(Cases))]
    public void What_failed_once_does_not_fail_again(string name)
    {
        var scenario = Swarm.ReadCase(Path.Combine(AppContext.BaseDirectory, "Cases", name)).Draw();
        var report = Simulator.Run(scenario);
        Assert.True(report.Violations.Count == 0, string.Join('\n', scenario.Describe().Concat(report.Lines())));
    }

}
