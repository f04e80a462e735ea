namespace Ecocentre.Edge.Lab;

/// <summary>The kernel's threads that tell the edges of requested lines, one for each line, named <c>irq/NUMBER-CONSUMER</c> cut to 15 characters.</summary>
/// <remarks>An interrupt takes its number and wakes its line's thread before the write that drove the line returns; the thread puts the edge into the
/// buffer (Linux 6.1, gpiolib-cdev.c, edge_irq_handler and edge_irq_thread). Two interrupts of a line before its thread ran are one edge with two
/// numbers, so whoever counts exactly drives a line again only when its thread sleeps.</remarks>
internal sealed class LineThreads
{
    // An emulated machine on a busy host stands still for seconds.
    private static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(30);

    private readonly string[] _states;

    private LineThreads(string[] states) => _states = states;

    public static LineThreads Find(int count)
    {
        var states = Directory.EnumerateDirectories("/proc").Where(IsOfLine).Select(folder => $"{folder}/stat").ToArray();
        Must.Equal(count, states.Length, "threads of lines");
        return new LineThreads(states);
    }

    /// <summary>Waits until all edges that were driven are in the kernel's buffer.</summary>
    public async Task SettleAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!_states.All(IsAsleep))
        {
            Must.Be(TimeProvider.System.GetElapsedTime(begun) < SettleMax, "A thread of a line does not come to rest.");
            await Task.Delay(1);
        }
    }

    private static bool IsOfLine(string folder) =>
        File.Exists($"{folder}/comm") && File.ReadAllText($"{folder}/comm") is ['i', 'r', 'q', '/', ..] name && name.Contains("-ecoc", StringComparison.Ordinal);

    // proc(5): number, name in brackets, state.
    private static bool IsAsleep(string state) => File.ReadAllText(state).Split(')')[1].StartsWith(" S", StringComparison.Ordinal);
}
