using Ecocentre.Edge.Simulation.Outside;

namespace Ecocentre.Edge.Simulation;

/// <summary>What many worlds must have met, so that they cannot pass because nothing happened in them: every fault there is, and every oracle.</summary>
public static class Coverage
{
    /// <summary>Fewer worlds need not have met everything.</summary>
    public const int WorldsMin = 200;

    // The rarest draws, a card with one certain damage or a database with one certain fault, are in one of twenty worlds; a tenth of that must be met.
    private const double FaultShareMin = 0.005;

    // Each oracle looks at something in every second world, but for those that need a fault to have happened.
    private const double OracleShareMin = 0.2, OracleOfFaultShareMin = 0.05;

    private static readonly string[] Oracles =
    [
        "alive after faults", "borders", "bounded", "checkpoints", "drained", "energy conserved", "exactly once", "in the database", "judged again",
        "newest revision", "none set apart", "once", "ordered", "original times", "packs verify", "sane", "sealed exactly", "sealed in order", "sealed once",
        "told everything", "tree", "values true",
    ];

    private static readonly string[] OraclesOfSome =
    [
        "adds up", "coverage true", "desks as seen", "desks known", "desks true", "no desk free in silence", "pulses conserved", "sent again", "windows true",
    ];

    /// <summary>Kinds of faults that a world may have.</summary>
    public static IEnumerable<string> Faults =>
        typeof(Event).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event))).Select(type => type.Name)
            .Concat(Scenario.Draw(1, TimeSpan.FromHours(1)).ShareNames)
            .Concat(Enum.GetValues<DatabaseFault>().Where(fault => fault != DatabaseFault.None).Select(fault => $"Database{fault}"))
            .Concat(Enum.GetNames<CardDamage>()).Concat(["Died", "IngestDied", "PointRefused", "Reloaded", "ReplayAsked", "Rollover"]);

    /// <summary>How often each thing was counted, and in how many worlds.</summary>
    public static IEnumerable<(string Name, long Times, int Worlds)> Of(
        IEnumerable<Report> reports, Func<Report, IReadOnlyDictionary<string, long>> of) =>
        reports.SelectMany(of).Where(count => count.Value > 0).GroupBy(count => count.Key).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Sum(count => count.Value), group.Count()));

    /// <summary>What was met too seldom, in words; and oracles that nobody asks for here.</summary>
    public static IEnumerable<string> Missing(IReadOnlyCollection<Report> reports)
    {
        var met = Of(reports, report => report.Injected).ToDictionary(count => count.Name, count => count.Worlds, StringComparer.Ordinal);
        var looked = Of(reports, report => report.Looked).ToDictionary(count => count.Name, count => count.Worlds, StringComparer.Ordinal);
        var wanted = Faults.Select(name => (Name: name, Worlds: met.GetValueOrDefault(name), Share: FaultShareMin))
            .Concat(Oracles.Select(name => (Name: name, Worlds: looked.GetValueOrDefault(name), Share: OracleShareMin)))
            .Concat(OraclesOfSome.Select(name => (Name: name, Worlds: looked.GetValueOrDefault(name), Share: OracleOfFaultShareMin)));
        foreach (var (name, worlds, share) in wanted)
            if (worlds < Math.Ceiling(share * reports.Count))
                yield return $"{name} was met in {worlds} of {reports.Count} worlds, where {Math.Ceiling(share * reports.Count)} are the least";
        foreach (var unknown in looked.Keys.Except(Oracles).Except(OraclesOfSome).Except(["packs refused"]))
            yield return $"the oracle \"{unknown}\" is not among those that must have looked at something";
    }
}
