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
            : new SignsOfLife(systemd, () => centre.Loop.Beats, centre.Describe, centre.Network).RunAsync(ending.Token);
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
        lifetime.StopApplication();
    }
}
