using System.CommandLine;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Ecocentre.Edge.Orders;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Commands;

/// <summary><c>health --site FILE</c>: asks the gateway that runs the site whether it does its main job, for a container's health check and for people.
/// Exit code 0 when it does, 1 when it does not or none runs, 2 when it cannot be asked.</summary>
internal static class HealthCommand
{
    // A gateway whose card holds a write answers all the same; a container's own patience is longer.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    // A gateway with a hundred dead devices says a line of each.
    private const int AnswerBytesMax = 256 * 1024;

    internal static Command Build(Terminal terminal)
    {
        var (site, models) = (SiteArgument.Site(), SiteArgument.Models());
        var command = new Command("health", "Ask the running gateway whether it does its main job, as a health check does.") { site, models };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(site), parsed.GetValue(models), terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? models, Terminal terminal, CancellationToken cancellation)
    {
        if (SiteArgument.Load(file, models, terminal.Errors) is not { } site) return ExitCode.FoundWrong;
        if (site.Http is not { } http) return await AskWithoutHttpAsync(site, terminal, cancellation);
        if (http.Listen.Port == 0) throw new CannotRunException($"{file} takes any free port for http, so that nobody knows where to ask. Give it one.");
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        // The certificate is for the centre's name, and this asks by address: what the site itself names is the right one.
        if (http.Tls is { } tls)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && IsOurs(tls.CertificateFile, shown);
        using var client = new HttpClient(handler) { MaxResponseContentBufferSize = AnswerBytesMax, Timeout = Timeout.InfiniteTimeSpan };
        using var patience = new CancellationTokenSource(AnswerTime, terminal.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        var address = Address(http.Listen, http.Tls is not null);
        try
        {
            using var answer = await client.GetAsync(address, either.Token);
            return Tell(answer.StatusCode, await answer.Content.ReadAsStringAsync(either.Token), terminal);
        }
        catch (HttpRequestException e)
        {
            terminal.Errors.WriteLine($"No gateway answers at {address}: {(e.InnerException ?? e).Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            terminal.Errors.WriteLine($"The gateway at {address} did not answer within {AnswerTime.TotalSeconds:0} s.");
        }
        return ExitCode.FoundWrong;
    }

    /// <summary>A site that answers no HTTP has its socket for orders: whoever answers there lives.</summary>
    private static async Task<int> AskWithoutHttpAsync(Site site, Terminal terminal, CancellationToken cancellation)
    {
        var lives = await OrderClient.AskAsync(site.LogPath, new ReadingsOrder([]), terminal, cancellation) is not null;
        (lives ? terminal.Output : terminal.Errors).WriteLine(lives ? "live" : $"No gateway runs on {site.LogPath}.");
        return lives ? ExitCode.Ok : ExitCode.FoundWrong;
    }

    private static int Tell(HttpStatusCode status, string text, Terminal terminal)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            terminal.Output.WriteLine(json.RootElement.GetProperty("status").GetString());
            if (json.RootElement.TryGetProperty("troubles", out var troubles) && troubles.ValueKind == JsonValueKind.Array)
                foreach (var trouble in troubles.EnumerateArray())
                    terminal.Output.WriteLine($"{trouble.GetProperty("subject").GetString()}: {trouble.GetProperty("text").GetString()}");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            terminal.Errors.WriteLine($"What answers there with {(int)status} is no gateway.");
            return ExitCode.FoundWrong;
        }
        return status == HttpStatusCode.OK ? ExitCode.Ok : ExitCode.FoundWrong;
    }

    /// <summary>Where this machine reaches what listens there: on all addresses means on loopback too.</summary>
    private static Uri Address(IPEndPoint listen, bool tls)
    {
        var address = listen.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listen.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : listen.Address;
        return new Uri($"{(tls ? "https" : "http")}://{new IPEndPoint(address, listen.Port)}/health/ready");
    }

    private static bool IsOurs(string certificateFile, X509Certificate shown)
    {
        using var ours = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        return ours.RawDataMemory.Span.SequenceEqual(shown.GetRawCertData());
    }
}
