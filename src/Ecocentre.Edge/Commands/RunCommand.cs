using System.CommandLine;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Sites;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge.Commands;

/// <summary><c>run --site FILE</c>: the gateway, until interrupted.</summary>
internal static class RunCommand
{
    internal static Command Build(Terminal terminal)
    {
        var (site, models) = (SiteArgument.Site(), SiteArgument.Models());
        var command = new Command("run", "Run the gateway of a site until interrupted.") { site, models };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (SiteArgument.Load(parsed.GetRequiredValue(site), parsed.GetValue(models),
                terminal.Errors) is not { } loaded) return ExitCode.FoundWrong;
            using var loggers = Loggers();
            await using var centre = Open(loaded, terminal.Time, terminal.Time, loggers);
            centre.Reloads.Read = mistakes => SiteFile.Load(loaded.File, SiteArgument.Catalogue(parsed.GetValue(models)), mistakes);
            foreach (var plan in loaded.Plans)
            {
                terminal.Errors.WriteLine($"bus {plan.Options.Name} at {plan.Options.Address}");
                terminal.Errors.WriteLine(plan.Description);
            }
            await RunAsync(centre, loggers, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Log lines go to the errors, one line each, as systemd's journal likes them.</summary>
    internal static ILoggerFactory Loggers() => LoggerFactory.Create(logging => logging
        .AddSimpleConsole(console => console.SingleLine = true)
        .AddFilter("Microsoft", LogLevel.Warning));

    /// <param name="ports">How ports are opened; null for this machine's own.</param>
    /// <exception cref="CannotRunException">The log or a bus does not let the gateway start.</exception>
    internal static RunningCentre Open(Site site, TimeProvider time, TimeProvider network, ILoggerFactory loggers, PortOpener? ports = null)
    {
        var full = site.Plans.Where(p => p.IsTooFull).ToArray();
        if (full.Length > 0)
            throw new CannotRunException($"Bus {string.Join(", ", full.Select(p => p.Options.Name))} would be too full. `ecocentre-edge check "
                + $"--site {site.File}` shows the plan.");
        try
        {
            return RunningCentre.Open(site, time, network, loggers.CreateLogger("gateway"), ports);
        }
        catch (Exception e) when (e is LogRefusedException or LogUnavailableException)
        {
            throw new CannotRunException(e.Message, e);
        }
    }

    /// <summary>Runs a centre under a host until cancelled or told to end by a signal.</summary>
    /// <exception cref="CannotRunException">The HTTP address cannot be listened on.</exception>
    internal static async Task RunAsync(RunningCentre centre, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "ecocentre-edge" });
        builder.Services.AddSingleton(loggers);
        // Long enough for a last transaction on a slow card.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(15));
        CentreWork? work = null;
        builder.Services.AddHostedService(services => work = new CentreWork(centre, services.GetRequiredService<IHostApplicationLifetime>()));
        using var host = builder.Build();
        await host.RunAsync(cancellation);
        switch (work?.Failure)
        {
            case null:
                return;
            case IOException e:
                throw new CannotRunException($"{e.Message} Change http.listen in {centre.Site.File}.", e);
            case var failure:
                throw new InvalidOperationException($"The gateway ended: {failure.Message}", failure);
        }
    }
}
