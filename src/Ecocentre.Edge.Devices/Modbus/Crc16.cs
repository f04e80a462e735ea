namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>The checksum at the end of every RTU frame: CRC-16/MODBUS (MODBUS over Serial Line V1.02, 6.2.2).</summary>
public static class Crc16
{
    // 0xA001 is the generating polynomial x^16 + x^15 + x^2 + 1 with its bits reversed, for a register that shifts right (6.2.2).
    private const ushort Polynomial = 0xA001;

    private static readonly ushort[] Table = MakeTable();

    /// <summary>The checksum of <paramref name="bytes"/>; 0xFFFF for none. On the wire its low byte goes first.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        var table = Table;
        uint crc = 0xFFFF;
        foreach (var value in bytes)
            crc = (crc >> 8) ^ table[(byte)(crc ^ value)];
        return (ushort)crc;
    }

    private static ushort[] MakeTable()
    {
        var table = new ushort[256];
        for (var index = 0; index < table.Length; index++)
        {
            var crc = (ushort)index;
            for (var bit = 0; bit < 8; bit++)
                crc = (ushort)((crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1);
            table[index] = crc;
        }
        return table;
    }
}
