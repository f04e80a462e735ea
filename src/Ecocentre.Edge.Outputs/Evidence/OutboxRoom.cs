namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>What waits in the log for a sink, and for how long there is room for more.</summary>
/// <param name="Bytes">What waits takes about so much: entries of a log are packed together.</param>
/// <param name="FullIn">Time until entries that the sink has not taken would be given up, were it to take nothing from now on and as much to come as in
/// the last hour. Null while that is not known, and when nothing comes.</param>
public sealed record OutboxRoom(long Bytes, TimeSpan? FullIn)
{
    // Nobody plans for more, and a span must hold it.
    private static readonly TimeSpan FullInMax = TimeSpan.FromDays(3650);

    internal static OutboxRoom Of(SinkLag lag, LogHealth log, double bytesPerSecond)
    {
        // Numbers jump after a loss: a share of what is held is never more than all of it.
        var held = Math.Max(1, log.Head - log.Tail + 1);
        var bytes = (long)(log.Bytes * Math.Min(1, (double)lag.Entries / held));
        var free = Math.Max(0, log.BytesMax - LogFile.AheadBytesMax - bytes);
        if (!(bytesPerSecond > 0)) return new OutboxRoom(bytes, null);
        var seconds = free / bytesPerSecond;
        return new OutboxRoom(bytes, seconds < FullInMax.TotalSeconds ? TimeSpan.FromSeconds(seconds) : FullInMax);
    }
}
