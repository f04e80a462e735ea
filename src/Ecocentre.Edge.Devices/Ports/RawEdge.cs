namespace Ecocentre.Edge.Devices.Ports;

/// <summary>An edge as the kernel tells it.</summary>
/// <param name="Line">Index in the request.</param>
/// <param name="Timestamp">In the provider's ticks.</param>
/// <param name="Sequence">Counts the edges of the request from 1, dropped ones too.</param>
/// <param name="LineSequence">Counts the edges of the line from 1, dropped ones too.</param>
internal readonly record struct RawEdge(int Line, bool IsActive, long Timestamp, uint Sequence, uint LineSequence);
