using System.Buffers.Binary;
using System.Text;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Outputs.Packs.Zip;

/// <summary>One file of a zip.</summary>
/// <param name="Offset">Of its local header.</param>
/// <param name="PackedBytes">As they lie in the zip.</param>
/// <param name="Bytes">As they are.</param>
/// <param name="Packed">SHA-256 of the packed bytes.</param>
internal sealed record ZipEntry(string Name, long Offset, long PackedBytes, long Bytes, uint Crc, TreeHash Packed)
{
    /// <summary>Where its packed bytes begin.</summary>
    internal long PackedAt => Offset + ZipLayout.LocalBytes(Name);

    /// <summary>Where what follows it begins.</summary>
    internal long End => PackedAt + PackedBytes + ZipLayout.DescriptorBytes;
}

/// <summary>The bytes around the files of a zip, every one of them determined by the entries: so a reader can hold each against what it must be.</summary>
/// <remarks>APPNOTE.TXT 6.3.10. Deflated, names in UTF-8, sizes after the data, no dates (the first that there is, 1 January 1980), one extra field in the
/// directory with the SHA-256 of the packed bytes. ZIP64 only where offsets need it; a file has less than 4 GiB.</remarks>
internal static class ZipLayout
{
    internal const uint LocalMark = 0x04034B50, DescriptorMark = 0x08074B50, DirectoryMark = 0x02014B50, EndMark = 0x06054B50;

    private const uint End64Mark = 0x06064B50, Locator64Mark = 0x07064B50;

    /// <summary>Mark, CRC and two sizes (section 4.3.9).</summary>
    internal const int DescriptorBytes = 16;

    /// <summary>Of the directory's header without name and extra fields (section 4.3.12), and of the end record without its comment (4.3.16).</summary>
    internal const int DirectoryHeadBytes = 46, EndHeadBytes = 22;

    // ZIP64 end record and its locator (sections 4.3.14 and 4.3.15).
    private const int End64Bytes = 56, Locator64Bytes = 20;

    private const int LocalHeadBytes = 30;

    // Version 2.0 deflates, 4.5 knows ZIP64 (section 4.4.3); made by Unix, so that the mode below is read (4.4.2).
    private const ushort Version = 20, Version64 = 45, Unix = 3 << 8;

    // Bit 3: sizes after the data; bit 11: UTF-8 (section 4.4.4).
    private const ushort Flags = 1 << 3 | 1 << 11;

    private const ushort Deflate = 8;

    // 1980-01-01 (section 4.4.6); there is no earlier one.
    private const ushort Date = 1 << 5 | 1;

    // An ordinary file that everybody may read: -rw-r--r--.
    private const uint Mode = 0x81A4u << 16;

    /// <summary>Our extra field: not in the registry of section 4.6.1. ZIP64's is 1.</summary>
    private const ushort DigestField = 0xEC0C, Zip64Field = 1;

    internal const int ExtraBytes = 4 + TreeHash.Bytes, Extra64Bytes = 4 + 8;

    /// <summary>Beyond it an offset needs ZIP64.</summary>
    internal const long OffsetMax = uint.MaxValue - 1;

    internal static int LocalBytes(string name) => LocalHeadBytes + Encoding.UTF8.GetByteCount(name);

    internal static byte[] Local(string name)
    {
        var bytes = new Fields(LocalBytes(name));
        bytes.Put(LocalMark).Put(Version).Put(Flags).Put(Deflate).Put((ushort)0).Put(Date).Put(0u).Put(0u).Put(0u)
            .Put((ushort)Encoding.UTF8.GetByteCount(name)).Put((ushort)0).Put(Encoding.UTF8.GetBytes(name));
        return bytes.Done;
    }

    internal static byte[] Descriptor(ZipEntry entry)
    {
        var bytes = new Fields(DescriptorBytes);
        bytes.Put(DescriptorMark).Put(entry.Crc).Put((uint)entry.PackedBytes).Put((uint)entry.Bytes);
        return bytes.Done;
    }

    internal static byte[] Directory(ZipEntry entry, long offsetMax)
    {
        var name = Encoding.UTF8.GetBytes(entry.Name);
        var isFar = entry.Offset > offsetMax;
        var extra = ExtraBytes + (isFar ? Extra64Bytes : 0);
        var bytes = new Fields(DirectoryHeadBytes + name.Length + extra);
        var version = isFar ? Version64 : Version;
        bytes.Put(DirectoryMark).Put((ushort)(Unix | version)).Put(version).Put(Flags).Put(Deflate).Put((ushort)0).Put(Date).Put(entry.Crc)
            .Put((uint)entry.PackedBytes).Put((uint)entry.Bytes).Put((ushort)name.Length).Put((ushort)extra).Put((ushort)0).Put((ushort)0).Put((ushort)0)
            .Put(Mode).Put(isFar ? uint.MaxValue : (uint)entry.Offset).Put(name);
        if (isFar) bytes.Put(Zip64Field).Put((ushort)8).Put((ulong)entry.Offset);
        bytes.Put(DigestField).Put((ushort)TreeHash.Bytes).Put(entry.Packed.ToArray());
        return bytes.Done;
    }

    /// <summary>What ends the zip, but for the end record itself: nothing, or ZIP64's records.</summary>
    internal static byte[] End64(int count, long at, long length, long offsetMax)
    {
        if (at <= offsetMax) return [];
        var bytes = new Fields(End64Bytes + Locator64Bytes);
        // Section 4.3.14.1: the size leaves out the mark and itself.
        bytes.Put(End64Mark).Put((ulong)(End64Bytes - 12)).Put((ushort)(Unix | Version64)).Put(Version64).Put(0u).Put(0u)
            .Put((ulong)count).Put((ulong)count).Put((ulong)length).Put((ulong)at);
        bytes.Put(Locator64Mark).Put(0u).Put((ulong)(at + length)).Put(1u);
        return bytes.Done;
    }

    internal static byte[] End(int count, long at, long length, string comment, long offsetMax)
    {
        var bytes = new Fields(EndHeadBytes + comment.Length);
        bytes.Put(EndMark).Put((ushort)0).Put((ushort)0).Put((ushort)count).Put((ushort)count).Put((uint)length)
            .Put(at > offsetMax ? uint.MaxValue : (uint)at).Put((ushort)comment.Length).Put(Encoding.ASCII.GetBytes(comment));
        return bytes.Done;
    }

    /// <summary>Reads one header of the directory; what it must be beside is for <see cref="Directory"/> to say.</summary>
    /// <returns>Null when there is none.</returns>
    internal static ZipEntry? ReadDirectory(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < DirectoryHeadBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != DirectoryMark) return null;
        int name = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]), extra = BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]);
        if (extra is not (ExtraBytes or ExtraBytes + Extra64Bytes) || bytes.Length < DirectoryHeadBytes + name + extra) return null;
        length = DirectoryHeadBytes + name + extra;
        var isFar = extra > ExtraBytes;
        var fields = bytes.Slice(DirectoryHeadBytes + name, extra);
        var offset = isFar ? BinaryPrimitives.ReadInt64LittleEndian(fields[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[42..]);
        return new ZipEntry(
            Encoding.UTF8.GetString(bytes.Slice(DirectoryHeadBytes, name)), offset, BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
                new TreeHash(fields[^TreeHash.Bytes..]));
    }

    /// <summary>Little-endian numbers one after the other.</summary>
    private sealed class Fields(int length)
    {
        private readonly byte[] _bytes = new byte[length];
        private int _at;

        internal byte[] Done => _at == _bytes.Length ? _bytes : throw new InvalidOperationException($"BUG: {_at} of {_bytes.Length} bytes were written.");

        internal Fields Put(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_at), value);
            _at += 2;
            return this;
        }

        internal Fields Put(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_at), value);
            _at += 4;
            return this;
        }

        internal Fields Put(ulong value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_at), value);
            _at += 8;
            return this;
        }

        internal Fields Put(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_bytes.AsSpan(_at));
            _at += bytes.Length;
            return this;
        }
    }
}
