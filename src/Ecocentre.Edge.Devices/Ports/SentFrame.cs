namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A frame that was handed to a line.</summary>
/// <param name="At">When its first byte started, in <see cref="TimeProvider.GetTimestamp"/> ticks.</param>
/// <param name="Received">Bytes received since the line was opened, up to that moment.</param>
public readonly record struct SentFrame(long At, long Received);
