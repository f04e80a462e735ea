using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Writes numbers in few bytes: integers seven bits a byte, lowest first (LEB128), signed ones zigzag, the rest little-endian.</summary>
/// <param name="bytes">About how many will be written.</param>
internal sealed class PackedWriter(int bytes = 4096)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(bytes);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    public void Unsigned(ulong value)
    {
        // 10: 64 bits at seven a byte.
        var span = _bytes.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _bytes.Advance(length);
    }

    public void Signed(long value) => Unsigned(Zigzag(value));

    public void Bits(double value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), BitConverter.DoubleToInt64Bits(value));
        _bytes.Advance(sizeof(long));
    }

    public void Checksum(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), value);
        _bytes.Advance(sizeof(uint));
    }

    public void Text(string text)
    {
        Unsigned((ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _bytes);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    public static ulong Zigzag(long value) => (ulong)(value << 1 ^ value >> 63);
}
