using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Modbus;

/// <summary>Legal reads for property tests.</summary>
internal static class AnyRead
{
    public static ModbusRead Of(Random random)
    {
        var table = (RegisterTable)random.Next(1, 5);
        var countMax = Pdu.IsBits(table) ? Pdu.BitsMax : Pdu.RegistersMax;
        // Small reads are what gateways ask for most; the largest are where lengths overflow.
        var count = random.Next(4) switch { 0 => countMax, 1 => random.Next(1, countMax + 1), _ => random.Next(1, 11) };
        return new ModbusRead((byte)random.Next(1, 248), table, (ushort)random.Next(0, 0x10000 - count + 1), (ushort)count);
    }
}
