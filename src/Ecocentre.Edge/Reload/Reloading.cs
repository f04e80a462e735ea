using System.Threading.Channels;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Orders;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge.Reload;

/// <summary>Reads the site file of a running gateway again when asked to, and has it applied whole, or refuses it whole with all its mistakes. One at a
/// time: who asks meanwhile has it read once more after that.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class Reloading(RunningCentre centre, Intake intake, ILogger logger)
{
    // An incident is read by people; all mistakes stand in the log of the process and in the answer to whoever asked.
    private const int TextLengthMax = 2_000;

    private readonly SemaphoreSlim _turn = new(1);
    // One request is enough for all that came since the file was read last.
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile Refusal? _refused;

    /// <summary>Reads the file again; null where there is none to be read.</summary>
    internal Func<List<Mistake>, Site?>? Read { get; set; }

    /// <summary>Told when a reload begins (true) and when it has ended.</summary>
    internal Action<bool>? Told { get; set; }

    /// <summary>What keeps the file from being applied, until it is.</summary>
    internal IEnumerable<Trouble> Troubles()
    {
        if (_refused is { } refused)
            yield return new Trouble("site", $"The site file was refused at {refused.At}; the gateway runs by the one before. {refused.Text}", Fatal: false);
    }

    /// <summary>All mistakes, one a line, and their number.</summary>
    internal static string Listed(IReadOnlyCollection<Mistake> mistakes) => string.Join(Environment.NewLine,
        [.. mistakes.Select(mistake => mistake.ToString()),
            $"{mistakes.Count} {(mistakes.Count == 1 ? "mistake" : "mistakes")}; nothing was changed, the gateway runs by what it read before."]);

    /// <summary>Asks for a reload; returns at once.</summary>
    internal void Request() => _requests.Writer.TryWrite(true);

    /// <summary>Does what was asked for, until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (await _requests.Reader.WaitToReadAsync(cancellation))
            {
                _requests.Reader.TryRead(out _);
                await ReloadAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    /// <summary>Reads the file again, and applies or refuses it.</summary>
    internal async Task<OrderAnswer> ReloadAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            Told?.Invoke(true);
            return await ApplyAsync(cancellation);
        }
        catch (SiteRefusedException refused)
        {
            return await RefuseAsync(refused.Message, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            centre.Break(e);
            throw;
        }
        finally
        {
            Told?.Invoke(false);
            _turn.Release();
        }
    }

    private async Task<OrderAnswer> ApplyAsync(CancellationToken cancellation)
    {
        var mistakes = new List<Mistake>();
        var next = ReadAgain(mistakes);
        var change = next is null ? null : new SiteChange(centre.Site, next);
        if (change is not null) mistakes.AddRange(Mistakes(next!, change));
        if (mistakes.Count > 0 || next is null || change is null) throw new SiteRefusedException(Listed(mistakes));
        if (change.IsNone)
        {
            _refused = null;
            return new OrderAnswer(true, $"{next.File} says what the gateway runs by already; nothing was changed.");
        }
        var text = await centre.Swap.ApplyAsync(next, change, cancellation);
        _refused = null;
        logger.LogInformation("{File} is applied: {Text}", next.File, text);
        return new OrderAnswer(true, $"{next.File} is applied: {text}.");
    }

    private Site? ReadAgain(List<Mistake> mistakes)
    {
        if (Read is null) throw new SiteRefusedException("This gateway was given no site file that could be read again. Restart it.");
        try
        {
            return Read(mistakes);
        }
        catch (CannotRunException e)
        {
            throw new SiteRefusedException(e.Message);
        }
    }

    /// <summary>What is wrong with a file that is right by itself.</summary>
    private IEnumerable<Mistake> Mistakes(Site next, SiteChange change)
    {
        foreach (var mistake in change.NeedsRestart()) yield return mistake;
        foreach (var (index, plan) in next.Plans.Index().Where(p => p.Item.IsTooFull)) yield return CheckCommand.TooFull(next.File, index, plan);
        foreach (var conflict in centre.Log.Conflicts(next.Points.Where(point => !point.Private).Select(Series.Of)))
            yield return new Mistake(next.File, "$.buses", conflict, "The old figures stay as they are; a new name begins a new series.");
        if (next.Http is { } http && change.Http && Problem(http) is { } problem)
            yield return new Mistake(next.File, "$.http", problem, "Change http.listen or http.tls.");
    }

    private string? Problem(WebOptions http)
    {
        try
        {
            WebServer.Check(http, centre.Site.Http?.Listen, centre.Network, logger);
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private async Task<OrderAnswer> RefuseAsync(string text, CancellationToken cancellation)
    {
        var now = centre.Clock.Now;
        _refused = new Refusal(now, text);
        foreach (var line in text.Split(Environment.NewLine)) logger.LogError("The site file is refused: {Line}", line);
        var told = text.Length <= TextLengthMax ? text : text[..TextLengthMax] + " …";
        await intake.Incidents.Writer.WriteAsync(
            new Incident(now, IncidentKind.ConfigurationRefused, "gateway", $"A changed site file was refused. {told}"), cancellation);
        return new OrderAnswer(false, text);
    }

    private sealed record Refusal(Instant At, string Text);
}

/// <summary>A changed site file is not applied, and nothing has changed. The message lists why.</summary>
internal sealed class SiteRefusedException(string message, Exception? inner = null) : Exception(message, inner);
