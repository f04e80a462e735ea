using System.Globalization;
using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Says to Linux and the C library which memory is not needed. One thread at a time.</summary>
public sealed unsafe partial class KernelMemory
{
    // mallopt(3): M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD in malloc.h of glibc.
    private const int ArenasMax = -8, OwnMappingFrom = -3, KeptFreeMax = -1;

    // A minute's lines for a broker and a database are some hundred kB each; left alone, glibc learns to keep room for such, up to 64 MB of it.
    private const int LargeBytes = 64 * 1024, FreeBytesMax = 128 * 1024;

    // A line of smaps is a path at most, 4 kB, and 73 characters before it.
    private const int LinesBytes = 16 * 1024;

    // madvise(2), MADV_DONTNEED; the same number on x86-64 and arm64.
    private const int NotNeeded = 4;

    private readonly byte[] _lines = new byte[LinesBytes];
    private HashSet<(nuint From, nuint To)> _seen = [], _spare = [];

    /// <summary>Has the C library keep one heap for all threads that begin from now on instead of up to eight for each core, every one of which keeps what it
    /// ever took; and give large blocks back to the kernel as soon as they are free. Does nothing where the C library is not glibc.</summary>
    public static void KeepOneHeap()
    {
        try
        {
            SetOption(ArenasMax, 1);
            SetOption(OwnMappingFrom, LargeBytes);
            SetOption(KeptFreeMax, FreeBytesMax);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library has other heaps.
        }
    }

    /// <summary>Takes pages of programs and libraries out of this process that can be read from their files again, and gives back what the C library holds
    /// free. What is used soon comes back from the page cache, sixteen pages at a time; what only a start needed does not.</summary>
    /// <remarks>Only of files that are mapped for reading or running, have not been written to, and were so at the call before: one that is being loaded
    /// now may be about to be written to.</remarks>
    /// <returns>How many stretches of memory it concerned; 0 at the first call.</returns>
    /// <exception cref="IOException">The list of stretches cannot be read.</exception>
    public int GiveBack()
    {
        var seen = _spare;
        seen.Clear();
        using (var smaps = new FileStream("/proc/self/smaps", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0))
            Unchanged(smaps, _lines, seen);
        var given = 0;
        foreach (var (from, to) in seen)
            if (_seen.Contains((from, to)) && Advise((void*)from, to - from, NotNeeded) == 0) given++;
        (_seen, _spare) = (seen, _seen);
        try
        {
            Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // As above.
        }
        return given;
    }

    /// <summary>Adds the stretches of files that nobody can have written to, and nobody has; proc(5), /proc/pid/smaps.</summary>
    /// <param name="lines">Room for a few lines.</param>
    internal static void Unchanged(Stream smaps, Span<byte> lines, HashSet<(nuint From, nuint To)> unchanged)
    {
        (nuint From, nuint To)? stretch = null;
        for (int count = 0, read; (read = smaps.Read(lines[count..])) > 0;)
        {
            var rest = lines[..(count + read)];
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                var line = rest[..end];
                if (line.Length > 0 && char.IsAsciiHexDigitLower((char)line[0])) stretch = OfFile(line);
                else if (stretch is { } one && line.StartsWith("Anonymous:"u8) && line.EndsWith(" 0 kB"u8)) unchanged.Add(one);
            }
            rest.CopyTo(lines);
            count = rest.Length;
        }
    }

    /// <summary>A line such as <c>7f20c0a00000-7f20c0a21000 r-xp 00000000 08:01 1234 /usr/lib/libc.so.6</c>; null for what is not a file's, or can be
    /// written to.</summary>
    private static (nuint From, nuint To)? OfFile(ReadOnlySpan<byte> line)
    {
        var (dash, blank) = (line.IndexOf((byte)'-'), line.IndexOf((byte)' '));
        if (dash < 0 || blank < dash || blank + 2 >= line.Length || line[blank + 1] != 'r' || line[blank + 2] != '-') return null;
        // What only lives in memory has no file to come back from, and would be called one.
        if (line.IndexOf(" /"u8) < 0 || line.IndexOf("/memfd:"u8) >= 0) return null;
        return nuint.TryParse(line[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var from)
            && nuint.TryParse(line[(dash + 1)..blank], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var to)
            && to > from ? (from, to) : null;
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* from, nuint length, int advice);
}
