using System.Net;
using System.Net.Sockets;
using Ecocentre.Edge.Web.Access;
using Ecocentre.Edge.Web.Answers;
using Ecocentre.Edge.Web.Packs;
using Ecocentre.Edge.Web.Resources;
using Ecocentre.Edge.Web.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge.Web;

/// <summary>The gateway's HTTP server: one file per resource, errors as RFC 9457 problem details, tokens with roles.</summary>
public sealed class WebServer : IAsyncDisposable
{
    /// <summary>No resource takes a body; a client's mistake of this size is read to its end and answered.</summary>
    internal const int RequestBodyBytesMax = 64 * 1024;

    // The longest path with its query is a point's windows: some 300 bytes.
    private const int RequestLineBytesMax = 4 * 1024;

    // A browser sends some 2 kB of headers.
    private const int HeaderBytesMax = 16 * 1024, HeadersMax = 64;

    // Twice the streams, and some for everybody else. Beyond it connections are closed as they come.
    private const int ConnectionsMax = 2 * StreamCounts.StreamsMax;

    // What waits for one client's socket: with it, memory for all connections stays below 64 MB.
    private const int ResponseBufferBytesMax = 64 * 1024;

    // Left alone, the kernel keeps up to 4 MB for a client that does not read, and nobody sees that it is slow; this still carries 2 MB/s over 50 ms.
    private const int SocketBufferBytes = 64 * 1024;

    // Headers come within a second or not at all; a connection that asks nothing is kept for a browser's next click.
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10), IdleMax = TimeSpan.FromMinutes(2);

    // A modem of the last century takes 240 bytes a second; whoever takes less of an answer for half a minute is not reading it. Streams have a rule of
    // their own (EventStream.StallMax).
    private static readonly MinDataRate ResponseRateMin = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));

    private readonly WebApplication _application;
    private readonly Tokens _tokens;
    private readonly Certificates? _certificates;
    private readonly Pulse _pulse = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly PackDesk? _packs;

    /// <summary>Builds the server; it listens after <see cref="StartAsync"/>.</summary>
    /// <exception cref="IOException">The certificate cannot be used.</exception>
    public WebServer(WebOptions options, CentreView view, ILogger logger)
    {
        _certificates = options.Tls is { } tls ? new Certificates(tls, view.Time, logger) : null;
        _tokens = new Tokens(options.TokensFile, view, logger);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(WebServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Limit(kestrel, options.Listen));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(static logging => logging.ClearProviders());
        _application = builder.Build();

        var (front, doorkeeper, counts) = (new Front(view.Time, logger), new Doorkeeper(options, _tokens, view.Time), new StreamCounts());
        var picture = new DeskPicture(view);
        var stream = new DeskStream(view, picture, _tokens, counts, _pulse);
        _application.Use(front.InvokeAsync);
        _application.UseRouting();
        _application.Use(doorkeeper.InvokeAsync);
        // Named, or it would be placed before the doorkeeper.
        _application.UseEndpoints(static _ => { });
        PagesResource.Map(_application, options.PagesFolder, logger);
        BearerResource.Map(_application, doorkeeper);
        HealthResource.Map(_application, view, Troubles);
        CentreResource.Map(_application, view);
        PointsResource.Map(_application, view);
        var history = new PointHistory(view);
        WindowsResource.Map(_application, view, history);
        WindowColumnsResource.Map(_application, view, history);
        DesksResource.Map(_application, view, picture);
        DeskChangesResource.Map(_application, view, _pulse);
        DeskStreamResource.Map(_application, stream, counts, _ending.Token);
        SpacesResource.Map(_application, view);
        PlanResource.Map(_application, view);
        ModelResource.Map(_application, view);
        IncidentsResource.Map(_application, view);
        DevicesResource.Map(_application, view, Troubles);
        LiveResource.Map(_application, new LiveStream(view, picture, _tokens, _pulse), counts, _ending.Token);
        PrivacyResource.Map(_application, view);
        WordsResource.Map(_application, view);
        CriteriaResource.Map(_application, view);
        CheckpointResource.Map(_application, view);
        ProofResource.Map(_application, view);
        _packs = view.Packs is { } packs ? new PackDesk(packs, view.Time, _ending.Token) : null;
        PacksResource.Map(_application, view, _packs);
        MetricsResource.Map(_application, view, front, counts);
        OpenApiResource.Map(_application, view);

        List<Trouble> Troubles() => [.. view.Troubles(), .. Own(view)];
    }

    /// <summary>Whether a server could be made of these: its certificate is good, and nobody else has its address.</summary>
    /// <param name="listens">The address that a server of ours has now, or null.</param>
    /// <exception cref="IOException">The message says what is wrong.</exception>
    public static void Check(WebOptions options, IPEndPoint? listens, TimeProvider time, ILogger logger)
    {
        if (options.Tls is { } tls) new Certificates(tls, time, logger).Dispose();
        if (options.Listen.Port == 0 || options.Listen.Equals(listens)) return;
        try
        {
            using var probe = new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(options.Listen);
        }
        catch (SocketException e)
        {
            throw new IOException($"{options.Listen} cannot be listened on: {e.Message}.", e);
        }
    }

    /// <summary>Where it listens, with the port really taken; valid after <see cref="StartAsync"/>.</summary>
    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Something new is to be seen: another snapshot, or changes of desks. Any thread; returns at once.</summary>
    public void Show() => _pulse.Beat();

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The address is taken or not ours; the message names it.</exception>
    public Task StartAsync(CancellationToken cancellation) => _application.StartAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested) return;
        _ending.Cancel();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _packs?.Close();
        _tokens.KeepUses(now: true);
        _certificates?.Dispose();
    }

    private IEnumerable<Trouble> Own(CentreView view)
    {
        if (_tokens.Trouble is { } tokens) yield return new Trouble("http", $"Nobody is let in: {tokens}", Fatal: false);
        if (_certificates?.Trouble(view.Now()) is { } certificate) yield return new Trouble("http", certificate, Fatal: false);
    }

    private void Limit(KestrelServerOptions kestrel, IPEndPoint listen)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = RequestBodyBytesMax;
        kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        kestrel.Limits.MaxRequestHeaderCount = HeadersMax;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.MaxResponseBufferSize = ResponseBufferBytesMax;
        kestrel.Limits.MinResponseDataRate = ResponseRateMin;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = IdleMax;
        kestrel.Listen(listen, endpoint =>
        {
            endpoint.Use(next => connection =>
            {
                if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket) socket.SendBufferSize = SocketBufferBytes;
                return next(connection);
            });
            if (_certificates is not { } certificates) return;
            endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificates.Current) });
        });
    }
}
