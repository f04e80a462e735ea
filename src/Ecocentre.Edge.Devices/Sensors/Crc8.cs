namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>The checksum behind each word of Sensirion's sensors. Pure; any thread.</summary>
/// <remarks>Source: Sensirion SCD4x data sheet version 1.3 (September 2022), section 3.11 (checksum calculation): polynomial 0x31, start
/// 0xFF, no reflection, no final exclusive or; BE EF gives 92.</remarks>
internal static class Crc8
{
    public static byte Of(ReadOnlySpan<byte> bytes)
    {
        byte crc = 0xFF;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (byte)((crc & 0x80) != 0 ? crc << 1 ^ 0x31 : crc << 1);
        }
        return crc;
    }
}
