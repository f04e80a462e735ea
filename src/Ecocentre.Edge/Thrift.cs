using System.Runtime;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge;

/// <summary>Gives back the memory that starting took: measured at 8,000 points, a third of what the process held then. Without it the process keeps it for
/// as long as nothing else on the box needs it, or for ever.</summary>
/// <param name="time">Time of those who wait on others; the building's may go faster in a demo.</param>
internal sealed class Thrift(TimeProvider time)
{
    // By then devices have answered, the first snapshots are taken and most of what runs often is compiled.
    private static readonly TimeSpan Begun = TimeSpan.FromSeconds(20);

    // A page that was needed once in a while comes back from the page cache in a microsecond: some hundreds every ten minutes are nothing.
    private const int LooksPerGift = 10;

    // Windows of minutes and messages under way grow old before they are garbage; left to itself the collector lets as much of them lie about as lives.
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    // What a full collection is worth: one of 30 MB that live takes some ten milliseconds.
    private const long GrowthBytesMax = 6 << 20;

    private readonly KernelMemory _memory = new();

    /// <summary>Runs until cancelled; ends quietly then.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Begun, time, cancellation);
            _memory.GiveBack();
            await Task.Delay(Begun, time, cancellation);
            // Once: what was read and built at the start lies about everywhere, and leaves holes that are never given back.
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            var lives = GC.GetTotalMemory(forceFullCollection: false);
            for (var looks = 0; ; looks++)
            {
                if (looks % LooksPerGift == 0) _memory.GiveBack();
                await Task.Delay(Look, time, cancellation);
                if (GC.GetTotalMemory(forceFullCollection: false) - lives < GrowthBytesMax) continue;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                lives = GC.GetTotalMemory(forceFullCollection: false);
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
}
