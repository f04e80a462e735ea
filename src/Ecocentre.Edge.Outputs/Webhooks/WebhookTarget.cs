using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>How a target is doing.</summary>
/// <param name="Behind">Desk changes and log entries that wait for it.</param>
/// <param name="Delivered">Events it took since start.</param>
/// <param name="IsGone">It said that it wants nothing any more (410): it is not asked again until the gateway starts anew.</param>
/// <param name="Trouble">Why the last try failed, or null when it did not.</param>
/// <param name="TroubleSince">Since when no try has succeeded, or null.</param>
public sealed record WebhookHealth(string Name, long Behind, long Delivered, bool IsGone, string? Trouble, Instant? TroubleSince);

/// <summary>Tells one target, event after event in order, each again until it is taken.</summary>
/// <remarks>
/// <para>It holds nothing back: the log and the history of desks are kept for as long as they are, whoever waits for them. A target that was away
/// for longer than desk changes are kept gets the whole picture instead.</para>
/// <para>An event may come twice after a crash, or after a stop while its delivery was under way, with the id it had. <see cref="RunAsync"/>
/// runs once; the other members may be called from any thread.</para>
/// </remarks>
public sealed class WebhookTarget : IDisposable
{
    // What was told is written down at most so often: a crash repeats a minute of events at worst, and the card is spared.
    private static readonly TimeSpan SavePeriod = TimeSpan.FromMinutes(1);

    private readonly WebhookOptions _options;
    private readonly WebhookSources _sources;
    private readonly WebhookStandings _standings;
    private readonly TimeProvider _time;
    private readonly WebhookConnection _connection;
    private readonly WebhookGathering _gathering;
    private readonly Backoff _backoff;
    private readonly Lock _gate = new();
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Text, Instant Since)? _trouble;
    private long _delivered, _savedAt;
    private bool _gone;

    /// <param name="standings">Where it stands is kept there, under its name.</param>
    /// <param name="jitter">This target's own.</param>
    public WebhookTarget(WebhookOptions options, WebhookSources sources, WebhookStandings standings, TimeProvider time, Random jitter)
    {
        (_options, _sources, _standings, _time) = (options, sources, standings, time);
        _connection = new WebhookConnection(options, time, sources.Now);
        _gathering = new WebhookGathering(options, sources);
        _backoff = new Backoff(time, jitter);
        _savedAt = time.GetTimestamp();
    }

    /// <summary>Its name in the site.</summary>
    public string Name => _options.Name;

    /// <summary>How it is doing.</summary>
    public WebhookHealth Health
    {
        get
        {
            lock (_gate)
                return new WebhookHealth(Name, _gone ? 0 : _gathering.Behind(_standings[Name]), _delivered, _gone, _trouble?.Text, _trouble?.Since);
        }
    }

    /// <summary>There may be something new. Any thread; returns at once.</summary>
    public void Wake() => Volatile.Read(ref _wake).TrySetResult();

    /// <summary>Tells until cancelled; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            var eventsMax = WebhookGathering.EventsMax;
            while (!_gone)
            {
                var wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _wake, wake);
                var standing = _standings[Name];
                var before = standing;
                WebhookBatch? batch;
                try
                {
                    batch = _gathering.Gather(ref standing, eventsMax);
                }
                catch (LogUnavailableException e)
                {
                    Fail(e.Message);
                    await _backoff.WaitAsync(null, cancellation);
                    continue;
                }
                if (standing != before) _standings[Name] = standing;
                // Before anybody hears of what cannot be made again.
                if (standing.Waiting.Count > before.Waiting.Count) _standings.Save();
                if (batch is not null) eventsMax = await DeliverAsync(batch, eventsMax, cancellation);
                SaveSometimes();
                // Entries that were none of its business may have more behind them.
                if (batch is null && standing == before) await wake.Task.WaitAsync(cancellation);
            }
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _standings.Save();
        }
    }

    /// <summary>Closes its connections, after <see cref="RunAsync"/> has ended.</summary>
    public void Dispose() => _connection.Dispose();

    /// <returns>How many events to gather next.</returns>
    private async Task<int> DeliverAsync(WebhookBatch batch, int eventsMax, CancellationToken cancellation)
    {
        var (answer, words, retryAfter) = await _connection.PostAsync(batch, cancellation);
        switch (answer)
        {
            case WebhookAnswer.Taken:
                _backoff.Reset();
                lock (_gate)
                {
                    _standings[Name] = batch.After;
                    (_trouble, _delivered) = (null, _delivered + batch.Count);
                }
                return WebhookGathering.EventsMax;
            case WebhookAnswer.Gone:
                Fail($"It said {words}, so it is told nothing more. Remove it from the site, or start the gateway anew.");
                _gone = true;
                return eventsMax;
            case WebhookAnswer.TooLarge when batch.Count > 1:
                return Math.Max(1, batch.Count / 2);
            default:
                Fail(words ?? "");
                await _backoff.WaitAsync(retryAfter, cancellation);
                return eventsMax;
        }
    }

    private void Fail(string words)
    {
        lock (_gate) _trouble = (words, _trouble?.Since ?? _sources.Now());
    }

    private void SaveSometimes()
    {
        if (_time.GetElapsedTime(_savedAt) < SavePeriod) return;
        _savedAt = _time.GetTimestamp();
        _standings.Save();
    }
}
