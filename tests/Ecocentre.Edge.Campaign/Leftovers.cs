namespace Ecocentre.Edge.Campaign;

/// <summary>Processes that a campaign started and that are still there, told by a mark in their environment, which every child
/// inherits.</summary>
internal static class Leftovers
{
    private const string Variable = "ECOCENTRE_CAMPAIGN_ID";

    private static readonly string Mark = Guid.NewGuid().ToString("N");

    /// <summary>From now on, what this process starts carries the mark.</summary>
    public static void Begin() => Environment.SetEnvironmentVariable(Variable, Mark);

    /// <returns>Process id and command line of each.</returns>
    public static IReadOnlyList<string> Find()
    {
        var found = new List<string>();
        foreach (var folder in Directory.GetDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), out var id) && id != Environment.ProcessId))
            try
            {
                if (!File.ReadAllText(Path.Combine(folder, "environ")).Contains($"{Variable}={Mark}", StringComparison.Ordinal)) continue;
                found.Add($"{Path.GetFileName(folder)} {File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ')}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Ended meanwhile, or another user's.
            }
        return found;
    }
}
