using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>Something that weakens evidence, or ends such a time.</summary>
/// <param name="At">When it happened, on the gateway's clock.</param>
/// <param name="Subject">Name of the point, device, bus or sink; the centre's own incidents say <c>gateway</c>.</param>
/// <param name="Text">One sentence for people, with the numbers.</param>
/// <param name="Value">The refused or decisive number in the point's canonical unit, or NaN.</param>
public sealed record Incident(Instant At, IncidentKind Kind, string Subject, string Text, double Value = double.NaN);
