using System.Globalization;

namespace Ecocentre.Edge.Benchmarks.Suite;

/// <summary>What a process has used so far, from <c>/proc</c>.</summary>
/// <param name="WokenUp">Voluntary context switches of all its threads that live: each is a wait that ended.</param>
/// <param name="Written">Bytes it had sent to a disk.</param>
internal readonly record struct ProcessUse(TimeSpan Processor, long WokenUp, long Written, long Resident)
{
    // USER_HZ, which is 100 wherever Linux runs .NET (proc(5), sysconf(_SC_CLK_TCK)).
    private const int TicksPerSecond = 100;

    internal static ProcessUse Of(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        // Behind the name, which may hold anything: state is the third field, utime and stime are the 14th and 15th.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Parse(fields[11]) + Parse(fields[12]);
        var status = File.ReadAllLines($"/proc/{process}/status");
        return new ProcessUse(TimeSpan.FromSeconds(ticks / (double)TicksPerSecond), Switches(process),
            Number(File.ReadAllLines($"/proc/{process}/io"), "write_bytes:"), 1024 * Number(status, "VmRSS:"));
    }

    private static long Switches(int process)
    {
        var sum = 0L;
        foreach (var task in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                sum += Number(File.ReadAllLines(Path.Combine(task, "status")), "voluntary_ctxt_switches:");
            }
            catch (IOException)
            {
                // The thread has just ended.
            }
        }
        return sum;
    }

    private static long Number(string[] lines, string name)
    {
        var line = lines.First(one => one.StartsWith(name, StringComparison.Ordinal));
        return Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim());
    }

    private static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);
}
