using Ecocentre.Edge.Simulation;

namespace Ecocentre.Edge.Tests.Simulation;

/// <summary>Worlds of a seed each; days of many of them are lived by <c>tests/swarm/run</c>. What fails there is found again by
/// <c>dotnet run --project tests/Ecocentre.Edge.Simulation -- --seed S --days 1</c>.</summary>
public sealed class SwarmTests
{
    public static TheoryData<string> Cases() =>
        [.. Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "Cases")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Worlds_at_the_same_time_are_those_that_each_is_alone()
    {
        var swarm = new Swarm(TimeSpan.FromHours(1.5));
        swarm.Run(1, 4, atOnce: 2, static _ => { });
        Assert.Equal(4, swarm.Reports.Count());
        foreach (var report in swarm.Reports)
            Assert.True(report.Violations.Count == 0, string.Join('\n', report.Scenario.Describe().Concat(report.Lines())));
        Assert.Equal(swarm.Reports.Last().Hash, Simulator.Run(swarm.Reports.Last().Scenario).Hash);
    }

    [Fact]
    public void A_swarm_in_which_something_never_happened_says_what()
    {
        var swarm = new Swarm(TimeSpan.FromHours(1));
        swarm.Run(1, 1, atOnce: 1, static _ => { });
        var report = swarm.Reports.Single();
        var (met, never) = (Coverage.Faults.Where(report.Injected.ContainsKey).ToList(), Coverage.Faults.Except(report.Injected.Keys).ToList());
        Assert.NotEmpty(met);
        var missing = Coverage.Missing([report]).ToList();
        foreach (var fault in never) Assert.Contains(missing, line => line.StartsWith($"{fault} was met in 0 of 1 worlds", StringComparison.Ordinal));
        foreach (var fault in met) Assert.DoesNotContain(missing, line => line.StartsWith($"{fault} was", StringComparison.Ordinal));
        // Nothing is sealed in an hour of the morning, so nobody can have looked at it.
        Assert.Contains(missing, line => line.StartsWith("sealed exactly was", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Cases))]
    public void What_failed_once_does_not_fail_again(string name)
    {
        var scenario = Swarm.ReadCase(Path.Combine(AppContext.BaseDirectory, "Cases", name)).Draw();
        var report = Simulator.Run(scenario);
        Assert.True(report.Violations.Count == 0, string.Join('\n', scenario.Describe().Concat(report.Lines())));
    }
}
