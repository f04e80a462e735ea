using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>The last confirmed register of a counter, kept with every step so that energy counted by the meter while the gateway was
/// down is not lost.</summary>
/// <param name="Point">Name of the point.</param>
/// <param name="Register">In the point's canonical unit.</param>
public readonly record struct CounterCarry(string Point, double Register, Instant At);
