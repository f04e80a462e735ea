namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A debounced change of one input line.</summary>
/// <param name="Line">Index of the line in its request, from 0 (not the chip's own offset).</param>
/// <param name="IsActive">The level after the change; a line declared active-low is active at 0 V.</param>
/// <param name="Timestamp">When the change was accepted, in <see cref="TimeProvider.GetTimestamp"/> ticks of the port's provider.</param>
public readonly record struct LineEdge(int Line, bool IsActive, long Timestamp);
