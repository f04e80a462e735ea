namespace Ecocentre.Edge.Simulation.Oracles;

/// <summary>What was found wrong in a world; at most so many of a kind that a person can still read them.</summary>
public sealed class Verdicts
{
    private const int PerOracleMax = 5;

    private readonly Dictionary<string, int> _found = [];
    private readonly List<string> _violations = [];

    public IReadOnlyList<string> Violations => _violations;

    /// <summary>What else somebody may want to know.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Things that were looked at, by oracle: one that looked at nothing proves nothing.</summary>
    public Dictionary<string, long> Looked { get; } = [];

    public void Check(string oracle, bool holds, Func<string> violation)
    {
        Looked[oracle] = Looked.GetValueOrDefault(oracle) + 1;
        if (!holds) Wrong(oracle, violation());
    }

    public void Wrong(string oracle, string violation)
    {
        var count = _found[oracle] = _found.GetValueOrDefault(oracle) + 1;
        if (count <= PerOracleMax) _violations.Add($"{oracle}: {violation}");
        else if (count == PerOracleMax + 1) _violations.Add($"{oracle}: … and more");
    }
}
