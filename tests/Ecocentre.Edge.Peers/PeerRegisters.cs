namespace Ecocentre.Edge.Peers;

/// <summary>Registers that a server not ours is to hold.</summary>
/// <param name="Table">By the function code that reads it: 1 coils, 2 discrete inputs, 3 holding registers, 4 input registers.</param>
/// <param name="Address">Zero-based, as on the wire.</param>
public readonly record struct PeerRegisters(byte Unit, byte Table, ushort Address, ushort[] Words);
