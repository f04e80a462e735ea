using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>The last confirmed register of a counter, kept with every step so that energy counted by the meter while the gateway was
/// down is not lost.</summary>
/// <param name="Point">Name of the point.</param>
/// <param name="Register">In the point's canonical unit.</param>
/// <param name="Newest">Newest register that was read, perhaps in a minute that is not stored yet: where a counter goes on that only the gateway
/// keeps (pulses). NaN where none was read.</param>
public readonly record struct CounterCarry(string Point, double Register, Instant At, double Newest = double.NaN);
