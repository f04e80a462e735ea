using System.Runtime;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge;

/// <summary>Gives back the memory that starting took, and what the collector holds and does not need. Without it the process keeps the one for as long as
/// nothing else on the box needs it, and the other for ever. Measured at 8,000 points: 154 MB resident before its first look, 83 after it.</summary>
/// <param name="time">Time of those who wait on others; the building's may go faster in a demo.</param>
internal sealed class Thrift(TimeProvider time)
{
    // By then devices have answered, the first snapshots are taken and most of what runs often is compiled.
    private static readonly TimeSpan Begun = TimeSpan.FromSeconds(20);

    // A page that was needed once in a while comes back from the page cache in a microsecond: some hundreds every ten minutes are nothing.
    private const int LooksPerGift = 10;

    // Windows of minutes and messages under way grow old before they are garbage; left to itself the collector lets as much of them lie about as lives.
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    // What a full collection is worth, of memory that the collector holds beyond what it held after the last one. At 8,000 points 38 MB live, half of them
    // numbers that nobody has to look through.
    private const long GrowthBytesMax = 8 << 20;

    private readonly KernelMemory _memory = new();

    /// <summary>Runs until cancelled; ends quietly then.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Begun, time, cancellation);
            _memory.GiveBack();
            await Task.Delay(Begun, time, cancellation);
            // What was read and built at the start lies about everywhere, and leaves holes that are never given back.
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            var held = Collect();
            for (var looks = 0; ; looks++)
            {
                if (looks % LooksPerGift == 0) _memory.GiveBack();
                await Task.Delay(Look, time, cancellation);
                if (GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes - held >= GrowthBytesMax) held = Collect();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A box that hides /proc: then the process keeps what it has.
        }
    }

    /// <summary>Collects everything and gives back what is free then.</summary>
    /// <returns>Bytes that the collector holds afterwards.</returns>
    private static long Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
    }
}
