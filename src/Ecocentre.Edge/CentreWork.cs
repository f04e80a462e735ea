using Microsoft.Extensions.Hosting;

namespace Ecocentre.Edge;

/// <summary>Runs a centre as a hosted service. When it ends by itself, the host ends too and <see cref="Failure"/> says why.</summary>
internal sealed class CentreWork(RunningCentre centre, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>What ended it, or null when it was stopped.</summary>
    internal Exception? Failure { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await centre.RunAsync(stoppingToken);
        }
        catch (Exception e)
        {
            Failure = e;
        }
        lifetime.StopApplication();
    }
}
