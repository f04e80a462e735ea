using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>Writes fields of Protocol Buffers (encoding, "Message Structure", revision of 2024): varints, fixed 64-bit numbers and what has a length. What a
/// Sparkplug payload needs, no more.</summary>
internal sealed class Protobuf
{
    // Wire types.
    private const int Varint = 0, Fixed64 = 1, Counted = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public int Length => _bytes.WrittenCount;

    public Protobuf Number(int field, ulong value)
    {
        Raw((ulong)(field << 3 | Varint));
        Raw(value);
        return this;
    }

    public Protobuf Flag(int field, bool value) => Number(field, value ? 1UL : 0);

    public Protobuf Double(int field, double value)
    {
        Raw((ulong)(field << 3 | Fixed64));
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
        return this;
    }

    public Protobuf Text(int field, string value) => Counted8(field, Encoding.UTF8.GetBytes(value));

    public Protobuf Message(int field, Protobuf value) => Counted8(field, value.Written);

    private Protobuf Counted8(int field, ReadOnlySpan<byte> value)
    {
        Raw((ulong)(field << 3 | Counted));
        Raw((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Raw(ulong value)
    {
        // Ten bytes of seven bits hold 64.
        var span = _bytes.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
