using System.Collections;
using Ecocentre.Edge.Evidence.Tree;
using Microsoft.Win32.SafeHandles;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>The leaf hashes of all days in one file, 32 bytes each, in order: what roots and proofs are made from without opening a day. A copy: it is
/// made again from the day files where it lags or differs.</summary>
/// <remarks>Any thread reads; appending belongs to one.</remarks>
internal sealed class LeafHashes : IReadOnlyList<TreeHash>, IDisposable
{
    // Read at once when walking: 64 kB.
    private const int RunMax = 2_048;

    private readonly SafeFileHandle _file;
    private long _count;

    /// <exception cref="IOException">The disk does not let it be opened.</exception>
    internal LeafHashes(string path, bool writing)
    {
        _file = writing
            ? File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read)
            : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        _count = RandomAccess.GetLength(_file) / TreeHash.Bytes;
    }

    public int Count => checked((int)Volatile.Read(ref _count));

    public TreeHash this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            Span<TreeHash> one = stackalloc TreeHash[1];
            Read(index, one);
            return one[0];
        }
    }

    /// <summary>CRC-32C over hashes.</summary>
    internal static uint ChecksumOf(IReadOnlyList<TreeHash> hashes)
    {
        var checksum = 0u;
        Span<byte> bytes = stackalloc byte[TreeHash.Bytes];
        foreach (var hash in hashes)
        {
            hash.CopyTo(bytes);
            checksum = Checksum.Of(bytes, checksum);
        }
        return checksum;
    }

    /// <summary>Reads consecutive hashes.</summary>
    /// <exception cref="InvalidDataException">There are not so many.</exception>
    internal void Read(long first, Span<TreeHash> hashes)
    {
        var bytes = new byte[hashes.Length * TreeHash.Bytes];
        for (var read = 0; read < bytes.Length;)
        {
            var more = RandomAccess.Read(_file, bytes.AsSpan(read), first * TreeHash.Bytes + read);
            if (more == 0) throw new InvalidDataException($"The file of leaf hashes ends before leaf {first + hashes.Length}.");
            read += more;
        }
        for (var i = 0; i < hashes.Length; i++) hashes[i] = new TreeHash(bytes.AsSpan(i * TreeHash.Bytes, TreeHash.Bytes));
    }

    /// <summary>Whether it holds a day's hashes.</summary>
    internal bool Holds(SealedDay day)
    {
        if (day.FirstLeaf + day.LeafCount > _count) return false;
        var hashes = new TreeHash[day.LeafCount];
        Read(day.FirstLeaf, hashes);
        return ChecksumOf(hashes) == day.LeavesChecksum;
    }

    /// <summary>Writes hashes from a leaf on and forgets what came after them; durable when it returns.</summary>
    /// <exception cref="IOException">The disk does not let it be done.</exception>
    internal void Write(long first, IReadOnlyList<TreeHash> hashes)
    {
        Mend(first, hashes);
        Cut(first + hashes.Count);
        RandomAccess.FlushToDisk(_file);
    }

    /// <summary>Writes hashes over what is there; what comes after them stays.</summary>
    /// <exception cref="IOException">The disk does not let it be done.</exception>
    internal void Mend(long first, IReadOnlyList<TreeHash> hashes)
    {
        var bytes = new byte[hashes.Count * TreeHash.Bytes];
        for (var i = 0; i < hashes.Count; i++) hashes[i].CopyTo(bytes.AsSpan(i * TreeHash.Bytes));
        RandomAccess.Write(_file, bytes, first * TreeHash.Bytes);
        RandomAccess.FlushToDisk(_file);
        Volatile.Write(ref _count, Math.Max(_count, first + hashes.Count));
    }

    /// <summary>Forgets all from a leaf on.</summary>
    internal void Cut(long count)
    {
        RandomAccess.SetLength(_file, count * TreeHash.Bytes);
        Volatile.Write(ref _count, count);
    }

    public IEnumerator<TreeHash> GetEnumerator()
    {
        for (long first = 0, count = Count; first < count; first += RunMax)
        {
            var run = new TreeHash[Math.Min(RunMax, count - first)];
            Read(first, run);
            foreach (var hash in run) yield return hash;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _file.Dispose();
}
