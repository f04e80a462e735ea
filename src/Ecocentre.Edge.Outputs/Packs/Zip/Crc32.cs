using System.Buffers.Binary;

namespace Ecocentre.Edge.Outputs.Packs.Zip;

/// <summary>The check sum of zip files: CRC-32 of ISO-HDLC (APPNOTE.TXT 6.3.10, section 4.4.7), eight bytes at a time.</summary>
internal static class Crc32
{
    // 0x04C11DB7 with its bits reversed.
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[][] Tables = Make();

    /// <summary>Goes on from the sum of what was before; 0 at the beginning.</summary>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var t = Tables;
        crc = ~crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[7][low & 0xFF] ^ t[6][low >> 8 & 0xFF] ^ t[5][low >> 16 & 0xFF] ^ t[4][low >> 24]
                ^ t[3][high & 0xFF] ^ t[2][high >> 8 & 0xFF] ^ t[1][high >> 16 & 0xFF] ^ t[0][high >> 24];
        }
        foreach (var one in bytes) crc = t[0][(crc ^ one) & 0xFF] ^ crc >> 8;
        return ~crc;
    }

    private static uint[][] Make()
    {
        var tables = new uint[8][];
        for (var i = 0; i < 8; i++) tables[i] = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? crc >> 1 ^ Polynomial : crc >> 1;
            tables[0][i] = crc;
        }
        for (var table = 1; table < 8; table++)
            for (var i = 0; i < 256; i++) tables[table][i] = tables[table - 1][i] >> 8 ^ tables[0][tables[table - 1][i] & 0xFF];
        return tables;
    }
}
