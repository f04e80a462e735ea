using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Somebody is at one place, from an instant to before another.</summary>
public readonly record struct BuildingStay(Instant From, Instant To);
