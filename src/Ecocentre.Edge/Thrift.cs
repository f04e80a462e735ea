using System.Runtime;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge;

/// <summary>Gives back the memory that starting took, and what the collector and the C library hold and do not need. Without it the process keeps the one
/// for as long as nothing else on the box needs it, and the other for ever.</summary>
/// <param name="time">Time of those who wait on others; the building's may go faster in a demo.</param>
internal sealed class Thrift(TimeProvider time)
{
    // By then devices have answered, the first snapshots are taken and most of what runs often is compiled.
    private static readonly TimeSpan Begun = TimeSpan.FromSeconds(20);

    // Without a collector that works beside the program, the runtime lets the middle generation grow to 200 MB: pictures of each second, windows of each
    // minute and messages under way lie in it long after they are garbage, 22 MB of them after a minute at 8,000 points. And Linux maps sixteen pages of a file
    // around each that is needed, most of which nobody looks at again: given back, they stay in its cache and come back from there in a microsecond. A whole
    // ten seconds, when the gateway is awake for its beat.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    // As much as the youngest generation may have. To look through it takes one or two thousandths of a second.
    private const long MiddleBytesMax = 2 << 20;

    // What a full collection is worth, of memory that the collector holds beyond what it held after the last one. The windows of a minute at 8,000 points are
    // stored and told in half a second, which takes 16 MB that it would keep for a minute more.
    private const long GrowthBytesMax = 6 << 20;

    private readonly KernelMemory _memory = new();
    private bool _isHidden;

    /// <summary>Runs until cancelled; ends quietly then.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Begun, time, cancellation);
            GiveBack();
            await Task.Delay(Begun, time, cancellation);
            // What was read and built at the start lies about everywhere, and leaves holes that are never given back.
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            var held = Collect();
            while (true)
            {
                GiveBack();
                await Task.Delay(Together.Ahead(time, Look), time, cancellation);
                var last = GC.GetGCMemoryInfo(GCKind.Any);
                if (last.TotalCommittedBytes - held >= GrowthBytesMax) held = Collect();
                else if (last.GenerationInfo[1].SizeAfterBytes >= MiddleBytesMax) GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private void GiveBack()
    {
        if (_isHidden) return;
        try
        {
            _memory.GiveBack();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A box that hides /proc: then the process keeps what files are mapped.
            _isHidden = true;
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
