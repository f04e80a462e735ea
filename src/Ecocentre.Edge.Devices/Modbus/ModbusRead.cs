namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>The four tables of a Modbus server (MODBUS Application Protocol V1.1b3, 4.3).</summary>
public enum RegisterTable : byte
{
    Coil = 1,
    Discrete = 2,
    Holding = 3,
    Input = 4,
}

/// <summary>One read request: function code = <paramref name="Table"/>, zero-based address as sent on the wire.</summary>
/// <param name="Count">Registers (1 to 125) or bits (1 to 2000).</param>
public readonly record struct ModbusRead(byte Unit, RegisterTable Table, ushort Address, ushort Count);
