using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Occupancy;

/// <summary>A desk at one moment. Immutable.</summary>
/// <param name="Desk">Index of the desk in the site's order.</param>
/// <param name="Since">When this state began.</param>
/// <param name="ObservedAt">Newest reading of its sensors that the state rests on; the epoch where there was none.</param>
/// <param name="ValidUntil">Until when the state holds if nothing more is heard; after it the desk must be read as unknown.</param>
/// <param name="Confidence">0 to 1: how sure the state is; 0 for unknown and fault.</param>
/// <param name="Sequence">Number of the change that led here, gapless over all desks of the centre; 0 before the first change.</param>
public readonly record struct DeskStatus(
    int Desk, DeskState State, Instant Since, Instant ObservedAt, Instant ValidUntil, double Confidence, long Sequence);
