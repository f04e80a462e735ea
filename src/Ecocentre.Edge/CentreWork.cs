using System.Globalization;
using System.Runtime.InteropServices;
using Ecocentre.Edge.Supervision;
using Microsoft.Extensions.Hosting;

namespace Ecocentre.Edge;

/// <summary>Runs a centre as a hosted service, and tells systemd so where it waits to be told. When it ends by itself, the host ends too and
/// <see cref="Failure"/> says why.</summary>
internal sealed class CentreWork(RunningCentre centre, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>What ended it, or null when it was stopped.</summary>
    internal Exception? Failure { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var systemd = SystemdSocket.From(Environment.GetEnvironmentVariable);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var signs = systemd is null ? Task.CompletedTask
            : new SignsOfLife(systemd, () => centre.Beats, centre.Describe, centre.Network).RunAsync(ending.Token);
        var thrift = new Thrift(centre.Network).RunAsync(ending.Token);
        // Without it a signal that means "read your file again" would end the process.
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            centre.Reloads.Request();
        });
        if (systemd is not null) centre.Reloads.Told = isUnderWay => Tell(systemd, isUnderWay);
        try
        {
            await centre.RunAsync(stoppingToken);
        }
        catch (Exception e)
        {
            Failure = e;
        }
        ending.Cancel();
        await signs;
        await thrift;
        lifetime.StopApplication();
    }

    /// <summary>The protocol of a reload (sd_notify(3), systemd 253): the monotonic time in microseconds tells one from the next.</summary>
    private void Tell(SystemdSocket systemd, bool isUnderWay)
    {
        var microseconds = (long)(centre.Network.GetTimestamp() * (1e6 / centre.Network.TimestampFrequency));
        if (isUnderWay) systemd.Tell("RELOADING=1", string.Create(CultureInfo.InvariantCulture, $"MONOTONIC_USEC={microseconds}"));
        else systemd.Tell("READY=1", $"STATUS={centre.Describe().ReplaceLineEndings(" ")}");
    }
}
