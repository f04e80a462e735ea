namespace Ecocentre.Edge.Devices;

/// <summary>What one poll brought.</summary>
/// <param name="Count">Readings written to the destination, from its start.</param>
/// <param name="Fault">Why it brought less than asked, or null.</param>
public readonly record struct PollResult(int Count, Fault? Fault);
