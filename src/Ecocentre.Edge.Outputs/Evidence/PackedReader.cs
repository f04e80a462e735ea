using System.Buffers.Binary;
using System.Text;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Reads what <see cref="PackedWriter"/> wrote.</summary>
/// <remarks>Every member throws <see cref="InvalidDataException"/> where the bytes end too early or say what cannot be.</remarks>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Length => _rest.Length;

    public ReadOnlySpan<byte> Raw(int count)
    {
        if ((uint)count > (uint)_rest.Length) throw new InvalidDataException($"{count} bytes wanted where {_rest.Length} are left.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte() => Raw(1)[0];

    public ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new InvalidDataException("A number is longer than 64 bits.");
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number that counts something which takes at least one byte each, so that a wrong one cannot ask for all memory.</summary>
    public int Count()
    {
        var count = Unsigned();
        if (count > (ulong)_rest.Length) throw new InvalidDataException($"{count} things announced in {_rest.Length} bytes.");
        return (int)count;
    }

    public int Integer()
    {
        var value = Unsigned();
        return value <= int.MaxValue ? (int)value : throw new InvalidDataException($"{value} is beyond 32 bits.");
    }

    public int SignedInteger()
    {
        var value = Signed();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new InvalidDataException($"{value} is beyond 32 bits.");
    }

    public double Bits() => BitConverter.Int64BitsToDouble(BinaryPrimitives.ReadInt64LittleEndian(Raw(sizeof(long))));

    public uint Checksum() => BinaryPrimitives.ReadUInt32LittleEndian(Raw(sizeof(uint)));

    public string Text() => Encoding.UTF8.GetString(Raw(Count()));
}
