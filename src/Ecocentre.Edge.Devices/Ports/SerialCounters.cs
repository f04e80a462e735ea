namespace Ecocentre.Edge.Devices.Ports;

/// <summary>What a serial driver counted since it was loaded (TIOCGICOUNT): how good a line is.</summary>
/// <param name="FrameErrors">Characters without a stop bit: wrong baud rate, or noise.</param>
/// <param name="ParityErrors">Characters with a wrong parity bit: wrong parity, or noise.</param>
/// <param name="Overruns">Characters lost in the hardware or in the driver's buffer.</param>
/// <param name="Breaks">Times the line was held low: a wire that is cut, swapped or not biased.</param>
public readonly record struct SerialCounters(int Received, int Sent, int FrameErrors, int ParityErrors, int Overruns, int Breaks);
