namespace Ecocentre.Edge.House.Tests;

/// <summary>How the rules report: every violation at once, one line each.</summary>
internal static class House
{
    public static void Obeys(IEnumerable<string> violations)
    {
        var all = violations.ToList();
        Assert.True(all.Count == 0, $"{all.Count} violation(s) of the house rules:\n  " + string.Join("\n  ", all));
    }

    /// <summary>Shows that a rule can fail: the bad tree gives exactly these violations, each of which contains the words expected.</summary>
    public static void Breaks(IEnumerable<string> violations, params string[] expected)
    {
        var all = violations.ToList();
        Assert.True(
            all.Count == expected.Length && all.Zip(expected).All(pair => pair.First.Contains(pair.Second, StringComparison.Ordinal)),
            $"Expected {string.Join(" | ", expected)}, got {string.Join(" | ", all)}");
    }
}
