using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Ecocentre.Edge.Evidence.Tree;

/// <summary>A SHA-256 hash of the evidence tree: 32 bytes by value. Leaves and nodes are hashed with different prefixes, so that neither can be passed off
/// as the other.</summary>
/// <remarks>RFC 6962 section 2.1 (the same in RFC 9162). The default value is 32 zero bytes, the hash of nothing.</remarks>
public readonly struct TreeHash : IEquatable<TreeHash>
{
    /// <summary>Bytes of a hash.</summary>
    public const int Bytes = SHA256.HashSizeInBytes;

    // RFC 6962 section 2.1: what is hashed begins with one of these.
    private const byte LeafPrefix = 0, NodePrefix = 1;

    private readonly ulong _a, _b, _c, _d;

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public TreeHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Bytes) throw new ArgumentException($"A hash has {Bytes} bytes, not {bytes.Length}.", nameof(bytes));
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        (_a, _b, _c, _d) = (words[0], words[1], words[2], words[3]);
    }

    /// <summary>Root of the tree without leaves: the hash of no bytes.</summary>
    public static TreeHash Empty { get; } = Of([]);

    /// <summary>Plain SHA-256 of the content, without any prefix.</summary>
    public static TreeHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        SHA256.HashData(content, hash);
        return new TreeHash(hash);
    }

    /// <summary>Hash of a leaf with that content.</summary>
    public static TreeHash Leaf(ReadOnlySpan<byte> content)
    {
        // A leaf line of ours has some 300 bytes.
        const int StackMax = 1_024;
        Span<byte> prefixed = content.Length < StackMax ? stackalloc byte[StackMax] : new byte[content.Length + 1];
        prefixed[0] = LeafPrefix;
        content.CopyTo(prefixed[1..]);
        return Of(prefixed[..(content.Length + 1)]);
    }

    /// <summary>Hash of a leaf whose content is that line in UTF-8.</summary>
    /// <param name="line">Without its line feed.</param>
    public static TreeHash Leaf(string line) => Leaf(Encoding.UTF8.GetBytes(line));

    /// <summary>Hash of an inner node.</summary>
    public static TreeHash Node(TreeHash left, TreeHash right)
    {
        Span<byte> prefixed = stackalloc byte[1 + 2 * Bytes];
        prefixed[0] = NodePrefix;
        left.CopyTo(prefixed[1..]);
        right.CopyTo(prefixed[(1 + Bytes)..]);
        return Of(prefixed);
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is not room for them.</exception>
    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in this);

    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        CopyTo(bytes);
        return bytes;
    }

    public string ToBase64() => Convert.ToBase64String(ToArray());

    /// <summary>64 small hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>Reads what <see cref="ToBase64"/> writes, and nothing else: 44 characters, no white space, no stray bits.</summary>
    public static bool TryParseBase64(ReadOnlySpan<char> text, out TreeHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != 44 || !Convert.TryFromBase64Chars(text, bytes, out var length) || length != Bytes) return false;
        hash = new TreeHash(bytes);
        return text.SequenceEqual(hash.ToBase64());
    }

    /// <summary>Reads what <see cref="ToString"/> writes, and nothing else.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> text, out TreeHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != 2 * Bytes || text.ContainsAnyInRange('A', 'F')
            || Convert.FromHexString(text, bytes, out _, out var length) != System.Buffers.OperationStatus.Done || length != Bytes) return false;
        hash = new TreeHash(bytes);
        return true;
    }

    public bool Equals(TreeHash other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals([NotNullWhen(true)] object? other) => other is TreeHash hash && Equals(hash);

    public override int GetHashCode() => HashCode.Combine(_a, _b);

    public static bool operator ==(TreeHash left, TreeHash right) => left.Equals(right);
    public static bool operator !=(TreeHash left, TreeHash right) => !left.Equals(right);
}
