using Ecocentre.Edge.Campaign.Rig;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Faults;

/// <summary>Something that goes wrong.</summary>
/// <param name="Name">As <c>--only</c> and the report call it.</param>
/// <param name="What">What it touches; two faults of one kind do not come at once.</param>
/// <param name="InflictAsync">Lets it go wrong, for a while drawn by the random numbers, and makes good what a person or the system
/// would.</param>
internal sealed record Fault(string Name, Touches What, Func<Chain, Random, Task> InflictAsync)
{
    /// <summary>Why it cannot be tried on this machine, or null.</summary>
    public Func<Chain, string?> WhyNot { get; init; } = _ => null;
}

/// <summary>What a fault touches.</summary>
internal enum Touches
{
    /// <summary>The gateway's process, its disk or its clock.</summary>
    Gateway,

    /// <summary>The way from the gateway to the database, and who stands on it.</summary>
    Outside,

    /// <summary>The devices and the way to them.</summary>
    Inside,

    /// <summary>More than one of them.</summary>
    All,
}

/// <summary>One try of a fault, or of two at once.</summary>
/// <param name="Until">When the last of it was over.</param>
/// <param name="Recovery">From then until all worked and was delivered; null when it never was.</param>
/// <param name="Trouble">What was wrong, or null.</param>
internal sealed record Trial(string Names, Instant From, Instant Until, TimeSpan? Recovery, string? Trouble);
