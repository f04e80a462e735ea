namespace Ecocentre.Edge;

/// <summary>Randomness for what waits and tries again.</summary>
internal static class Jitter
{
    /// <summary>Spreads retries: another sequence on each box and for each purpose.</summary>
    internal static Random For(string purpose) => new(HashCode.Combine(purpose, Environment.MachineName, Environment.ProcessId));
}
