namespace Ecocentre.Edge.Supervision;

/// <summary>Tells systemd that the gateway is ready, how it does, and that it still gets on: a sign of life is given only after the loop that judges
/// has finished another beat, so that a gateway which hangs is killed and started again while one with a dead meter or a full disk is not.</summary>
internal sealed class SignsOfLife(SystemdSocket systemd, Func<long> beats, Func<string> words, TimeProvider time)
{
    // sd_watchdog_enabled(3) recommends half of the longest silence; a third lets one datagram be late.
    private const int PerWatchdog = 3;

    // How often the words are renewed where nobody waits for signs of life.
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    /// <summary>Runs until cancelled; says goodbye then.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        var pause = systemd.Watchdog / PerWatchdog ?? Renewal;
        var (seen, isReady) = (0L, false);
        using var timer = new PeriodicTimer(pause < Renewal ? pause : Renewal, time);
        try
        {
            do
            {
                var count = beats();
                if (count == seen) continue;
                seen = count;
                systemd.Tell(isReady ? "WATCHDOG=1" : "READY=1\nWATCHDOG=1", $"STATUS={words().ReplaceLineEndings(" ")}");
                isReady = true;
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            systemd.Tell("STOPPING=1");
        }
    }
}
