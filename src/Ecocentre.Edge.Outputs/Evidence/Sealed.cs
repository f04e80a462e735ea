using System.Buffers.Binary;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Bytes that end in their own CRC-32C.</summary>
internal static class Sealed
{
    /// <returns>The bytes without the checksum.</returns>
    /// <exception cref="InvalidDataException">The checksum does not fit.</exception>
    public static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(uint)) throw new InvalidDataException("The record is too short to be whole.");
        var content = bytes[..^sizeof(uint)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]) != Checksum.Of(content))
            throw new InvalidDataException("The record's checksum does not fit its bytes.");
        return content;
    }
}
