using System.Globalization;
using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Says to Linux and the C library which memory is not needed. One thread at a time.</summary>
public sealed unsafe partial class KernelMemory
{
    // mallopt(3), M_ARENA_MAX in malloc.h of glibc.
    private const int ArenasMax = -8;

    // madvise(2), MADV_DONTNEED; the same number on x86-64 and arm64.
    private const int NotNeeded = 4;

    private HashSet<(nuint From, nuint To)> _seen = [];

    /// <summary>Has the C library keep one heap for all threads instead of up to eight for each core, every one of which keeps what it ever took. Before
    /// there are threads that ask for memory. Does nothing where the C library is not glibc.</summary>
    public static void KeepOneHeap()
    {
        try
        {
            SetOption(ArenasMax, 1);
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
        var seen = Unchanged(File.ReadLines("/proc/self/smaps"));
        var given = 0;
        foreach (var (from, to) in seen)
            if (_seen.Contains((from, to)) && Advise((void*)from, to - from, NotNeeded) == 0) given++;
        _seen = seen;
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

    /// <summary>The stretches of files that nobody can have written to, and nobody has; proc(5), /proc/pid/smaps.</summary>
    internal static HashSet<(nuint From, nuint To)> Unchanged(IEnumerable<string> smaps)
    {
        var unchanged = new HashSet<(nuint, nuint)>();
        (nuint From, nuint To)? stretch = null;
        foreach (var line in smaps)
        {
            if (char.IsAsciiHexDigitLower(line[0])) stretch = OfFile(line);
            else if (stretch is { } one && line.StartsWith("Anonymous:", StringComparison.Ordinal) && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                unchanged.Add(one);
        }
        return unchanged;
    }

    /// <summary>A line such as <c>7f20c0a00000-7f20c0a21000 r-xp 00000000 08:01 1234 /usr/lib/libc.so.6</c>; null for what is not a file's, or can be
    /// written to.</summary>
    private static (nuint From, nuint To)? OfFile(string line)
    {
        var (dash, blank) = (line.IndexOf('-'), line.IndexOf(' '));
        if (dash < 0 || blank < dash || blank + 2 >= line.Length || line[blank + 1] != 'r' || line[blank + 2] != '-') return null;
        // What only lives in memory has no file to come back from, and would be called one.
        if (!line.Contains(" /", StringComparison.Ordinal) || line.Contains("/memfd:", StringComparison.Ordinal)) return null;
        return nuint.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var from)
            && nuint.TryParse(line.AsSpan(dash + 1, blank - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var to)
            && to > from ? (from, to) : null;
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* from, nuint length, int advice);
}
