using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge;

/// <summary>Seals each day when it is due, has its head signed, and takes out of the archive what need not be kept. A task of its own, never on the
/// gateway loop.</summary>
/// <remarks>What fails is told once, shown as trouble, and tried again; the log keeps meanwhile what is not sealed.</remarks>
internal sealed class Sealing
{
    // The gateway's first minute belongs to its buses.
    private static readonly TimeSpan Begins = TimeSpan.FromMinutes(1);

    // The clock may be set while nothing is due.
    private static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RetryPeriod = TimeSpan.FromMinutes(1);

    // Between two days that are caught up with: the box has other work.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    // A box that was never told the time may be days ahead; one that nobody will ever tell it goes on after a while.
    private static readonly TimeSpan UntrustedMax = TimeSpan.FromHours(6);

    private readonly EvidenceArchive _archive;
    private readonly DaySealer _sealer;
    private readonly GatewayClock _clock;
    private readonly ILogger _logger;
    private Instant? _troubleSince, _refused;
    private SealedDay? _unsigned;
    private IReadOnlyList<LogFact> _unrecorded = [];

    /// <param name="isExact">Whether minutes of a series are kept bit for bit.</param>
    internal Sealing(EvidenceLog log, EvidenceArchive archive, ArchiveOptions options, Func<Series, bool> isExact, GatewayClock clock, ILogger logger)
    {
        (_archive, Options, _clock, _logger) = (archive, options, clock, logger);
        _sealer = new DaySealer(log, archive, isExact);
        // From now on nothing leaves the log before it is sealed.
        log.HoldAfter(archive.Days.Count > 0 ? archive.SealedThrough : log.Tail - 1);
    }

    /// <summary>How long the archive is kept; the next look goes by it.</summary>
    internal ArchiveOptions Options { get; set => Volatile.Write(ref field, value); }

    /// <summary>Whether the clock is believed now.</summary>
    internal Func<bool> IsClockTrusted { get; init; } = static () => true;

    /// <summary>Signs the head of the tree after a day was sealed, and at the start: gives what is to be recorded of it, nothing where all is
    /// done. Throws <see cref="SigningRefusedException"/> or <see cref="IOException"/> where it cannot; then it is asked again.</summary>
    internal Func<SealedDay, IReadOnlyList<LogFact>>? Sign { get; init; }

    /// <summary>Criteria that judge by the minute have the minutes of their points kept bit for bit, but for those that tell who is there: an hour of
    /// them must not leave the gateway.</summary>
    internal static Func<Series, bool> ExactFor(IEnumerable<(string Point, WindowKind Kind)> feeds)
    {
        var byMinute = feeds.Where(feed => feed.Kind == WindowKind.Minute).Select(feed => feed.Point).ToHashSet(StringComparer.Ordinal);
        return series => byMinute.Contains(series.Name) && !OccupancyHistory.IsOccupancy(series.Quantity);
    }

    /// <summary>Seals and signs until cancelled.</summary>
    internal async Task RunAsync(Intake intake, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            var since = time.GetTimestamp();
            await Task.Delay(Begins, time, cancellation);
            _unsigned = _archive.Days.LastOrDefault();
            while (true)
            {
                var wait = IdleMax;
                if (IsClockTrusted() || time.GetElapsedTime(since) > UntrustedMax)
                {
                    wait = await SealAsync(intake, cancellation);
                    await SignAsync(intake, cancellation);
                }
                await Task.Delay(wait, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    /// <returns>How long to wait until there may be more.</returns>
    private async Task<TimeSpan> SealAsync(Intake intake, CancellationToken cancellation)
    {
        try
        {
            if (_sealer.SealNext(_clock.Now, cancellation) is { } day)
            {
                _unsigned = day;
                await WellAsync(intake, cancellation);
                return Rest;
            }
            if (Retention.Apply(_archive, Options, _clock.Now, cancellation) is { } given)
                await intake.Incidents.Writer.WriteAsync(given, cancellation);
            await WellAsync(intake, cancellation);
            return Idle();
        }
        catch (LogUnavailableException e)
        {
            await TroubleAsync(e.Message, intake, cancellation);
            return RetryPeriod;
        }
    }

    /// <summary>A head that cannot be signed now does not keep days from being sealed.</summary>
    private async Task SignAsync(Intake intake, CancellationToken cancellation)
    {
        if (_unsigned is not { } day || Sign is null) return;
        try
        {
            // Where it was signed but not recorded, signing again gives the same note.
            var isNew = _unrecorded.Count == 0;
            if (isNew) _unrecorded = Sign(day);
            if (_unrecorded.Count > 0)
            {
                var work = new LoopWork(_unrecorded);
                await intake.Work.Writer.WriteAsync(work, cancellation);
                // Awaited directly: combinators would leave the caller's context.
                using var ended = cancellation.UnsafeRegister(_ => work.Done.TrySetCanceled(cancellation), null);
                await work.Done.Task;
            }
            _unrecorded = [];
            // What could not be recorded before may be the head of an earlier day.
            if (isNew) _unsigned = null;
            if (_refused is { } refused)
                await intake.Incidents.Writer.WriteAsync(
                    new Incident(_clock.Now, IncidentKind.SigningBack, "archive",
                        $"The head of the evidence is signed again; it was not since {refused}."), cancellation);
            _refused = null;
        }
        catch (Exception e) when (e is SigningRefusedException or IOException or LogUnavailableException)
        {
            // A log that cannot be written says so itself.
            if (_refused is not null || e is LogUnavailableException) return;
            _refused = _clock.Now;
            _logger.LogError("The head of the evidence cannot be signed: {Text}", e.Message);
            await intake.Incidents.Writer.WriteAsync(
                new Incident(_clock.Now, IncidentKind.SigningRefused, "archive", $"The head of the evidence cannot be signed: {e.Message}"),
                    cancellation);
        }
    }

    private TimeSpan Idle()
    {
        var due = _sealer.DueAt(_clock.Now) - _clock.Now;
        return due < RetryPeriod ? RetryPeriod : due < IdleMax ? due : IdleMax;
    }

    private async Task TroubleAsync(string text, Intake intake, CancellationToken cancellation)
    {
        var now = _clock.Now;
        _archive.Tell(text, now);
        if (_troubleSince is not null) return;
        _troubleSince = now;
        _logger.LogError("Nothing can be sealed: {Text}", text);
        await intake.Incidents.Writer.WriteAsync(new Incident(now, IncidentKind.ArchiveUnavailable, "archive", $"Nothing can be sealed: {text}"),
            cancellation);
    }

    private async Task WellAsync(Intake intake, CancellationToken cancellation)
    {
        if (_troubleSince is not { } since) return;
        var now = _clock.Now;
        _archive.Tell(null, now);
        _troubleSince = null;
        await intake.Incidents.Writer.WriteAsync(
            new Incident(now, IncidentKind.ArchiveBack, "archive", $"Nothing could be sealed from {since} to {now}; nothing is lost by it."),
                cancellation);
    }
}
