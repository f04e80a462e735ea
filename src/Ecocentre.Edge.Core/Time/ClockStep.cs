namespace Ecocentre.Edge.Time;

/// <summary>The clock was set: what the gateway's clock said, what it says from now on, and the era that begins.</summary>
/// <param name="Before">The gateway's time just before it was moved.</param>
/// <param name="After">The gateway's time just after; may lie on either side of <paramref name="Before"/>.</param>
/// <param name="Era">Number of the era that begins, counted from 0 at start.</param>
public readonly record struct ClockStep(Instant Before, Instant After, int Era);
