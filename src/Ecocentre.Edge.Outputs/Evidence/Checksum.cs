using System.Buffers.Binary;
using System.Numerics;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4): finds what a worn card or a torn write did. It is no signature.</summary>
internal static class Checksum
{
    /// <summary>Goes on with a checksum; begin with <paramref name="crc"/> = 0.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint crc = 0)
    {
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (var one in bytes) crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
