using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge.Web;

/// <summary>The gateway's HTTP server: one file per resource, errors as RFC 9457 problem details.</summary>
public sealed class WebServer : IAsyncDisposable
{
    /// <summary>A request body is never needed by the resources of today; this is room for a confused client's headers of a form.</summary>
    private const int RequestBodyBytesMax = 64 * 1024;

    private readonly WebApplication _application;

    /// <summary>Builds the server; it listens after <see cref="StartAsync"/>.</summary>
    public WebServer(WebOptions options, CentreView view, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBodyBytesMax;
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddProblemDetails();
        builder.Services.AddLogging(logging);
        _application = builder.Build();
        _application.UseExceptionHandler();
        _application.UseStatusCodePages();
        _application.Use(static (context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.CacheControl = "no-store";
            return next(context);
        });
        _application.UseRouting();
        HealthResource.Map(_application, view);
        CentreResource.Map(_application, view);
        PointsResource.Map(_application, view);
    }

    /// <summary>Where it listens, with the port really taken; valid after <see cref="StartAsync"/>.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The address is taken or not ours; the message names it.</exception>
    public Task StartAsync(CancellationToken cancellation) => _application.StartAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
