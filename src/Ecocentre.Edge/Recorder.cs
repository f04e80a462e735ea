using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge;

/// <summary>Turns what the gateway's steps bring into log entries, and keeps them for a while when the log cannot be written.</summary>
/// <remarks>Belongs to the gateway loop.</remarks>
public sealed class Recorder(EvidenceLog log, ImmutableArray<Point> points, ILogger logger)
{
    /// <summary>Facts kept in memory while the log cannot be written; about 40 minutes of 400 points. Beyond it the oldest are given up.</summary>
    public const int FactsWaitingMax = 20_000;

    // More than lies between two closings of minutes, so that it costs nothing while they close.
    private static readonly TimeSpan RegistersAge = TimeSpan.FromSeconds(90);

    private ImmutableArray<Series> _series = [.. points.Select(Series.Of)];
    /// <summary>Changes of desks kept in memory while they cannot be stored. Beyond it the oldest are given up: who comes back for them is told to begin
    /// anew.</summary>
    public const int DeskChangesWaitingMax = 4_096;

    private readonly List<LogFact> _waiting = [];
    private readonly List<StoredDeskChange> _changesWaiting = [];
    private Instant? _unavailableSince, _registersAt;
    private long _givenUp;
    private Instant _givenUpFrom, _givenUpTo;

    /// <summary>Where changes of desks are stored, and the desks by their index; null where a site has none.</summary>
    public (DeskLog Log, ImmutableArray<Desk> Desks)? Desks { get; set; }

    /// <summary>Since when the log cannot be written, or null. Any thread may read a slightly old value.</summary>
    public Instant? UnavailableSince => _unavailableSince;

    /// <summary>Why changes of desks cannot be stored now, in words, or null. Any thread may read a slightly old value.</summary>
    public string? DesksTrouble { get; private set; }

    /// <summary>Windows and incidents stored since start.</summary>
    public long EntriesStored { get; private set; }

    /// <summary>What the log is to know a point by; the same object each time.</summary>
    internal Series SeriesOf(Point point) => _series[point.Id.Value];

    /// <summary>Windows come by these numbers from now on; what was taken before keeps its names.</summary>
    internal void Change(ImmutableArray<Point> next) => _series = [.. next.Select(Series.Of)];

    /// <summary>Takes what a step brought into the next transaction.</summary>
    internal void Note(StepOutput output)
    {
        if (!output.Incidents.IsDefault)
            foreach (var incident in output.Incidents) Note(incident);
        if (!output.Windows.IsDefault)
            foreach (var aggregate in output.Windows)
                // As the log gives it back, so that it can be told from here.
                _waiting.Add(new WindowFact(_series[aggregate.Point.Value], aggregate with { Point = default }));
    }

    /// <summary>Takes an incident into the next transaction.</summary>
    public void Note(Incident incident)
    {
        logger.Log(incident.Kind is IncidentKind.Started or IncidentKind.Stopped or IncidentKind.DeviceBack
            or IncidentKind.DeviceWell or IncidentKind.SensorFreed or IncidentKind.ClockSynchronised
            ? LogLevel.Information : LogLevel.Warning, "{Kind} {Subject}: {Text}", incident.Kind, incident.Subject, incident.Text);
        _waiting.Add(new IncidentFact(incident));
    }

    /// <summary>Takes a record into the next transaction.</summary>
    public void Note(RecordFact record) => _waiting.Add(record);

    /// <summary>Takes a fact of either kind into the next transaction.</summary>
    internal void Note(LogFact fact)
    {
        if (fact is IncidentFact { Incident: var incident }) Note(incident);
        else _waiting.Add(fact);
    }

    /// <summary>Takes changes of desks, told already, into the next transaction of theirs.</summary>
    public void Note(ImmutableArray<DeskStatus> changes)
    {
        if (Desks is not { } desks) return;
        foreach (var change in changes) _changesWaiting.Add(new StoredDeskChange(desks.Desks[change.Desk].Id, change));
        if (_changesWaiting.Count > DeskChangesWaitingMax) _changesWaiting.RemoveRange(0, _changesWaiting.Count - DeskChangesWaitingMax);
    }

    /// <summary>Stores a step's output and everything noted, in one transaction; changes of desks in one of their own. Does nothing when there is
    /// nothing.</summary>
    public void Record(StepOutput output, Gateway gateway, Instant now)
    {
        RecordDesks(now);
        Note(output);
        if (_waiting.Count == 0 && !AreRegistersDue(now)) return;
        try
        {
            if (_unavailableSince is { } since) _waiting.Add(new IncidentFact(Back(since, now)));
            log.Append(_waiting, gateway.Carries(), now);
            EntriesStored += _waiting.Count;
            _waiting.Clear();
            (_unavailableSince, _givenUp, _registersAt) = (null, 0, now);
        }
        catch (LogUnavailableException unavailable)
        {
            if (_unavailableSince is null) logger.LogError("The log cannot be written: {Text}", unavailable.Message);
            else _waiting.RemoveAt(_waiting.Count - 1);
            _unavailableSince ??= now;
            GiveUpOldest();
        }
    }

    /// <summary>Time that comes a second time closes no minute, perhaps for hours; what pulse counters count in it stands nowhere but in the log.</summary>
    private bool AreRegistersDue(Instant now)
    {
        if (_registersAt is not { } at || now < at) _registersAt = at = now;
        return _unavailableSince is null && now - at >= RegistersAge;
    }

    private void RecordDesks(Instant now)
    {
        if (Desks is not { } desks) return;
        try
        {
            desks.Log.Append(_changesWaiting, now);
            _changesWaiting.Clear();
            DesksTrouble = null;
        }
        catch (LogUnavailableException unavailable)
        {
            if (DesksTrouble is null) logger.LogError("Changes of desks cannot be stored: {Text}", unavailable.Message);
            DesksTrouble = unavailable.Message;
        }
    }

    /// <summary>Stores facts at once, in a transaction of their own.</summary>
    /// <returns>The sequence of the first of them.</returns>
    /// <exception cref="LogUnavailableException">Nothing was stored.</exception>
    public long RecordNow(IReadOnlyList<LogFact> facts, Instant now)
    {
        foreach (var fact in facts)
            if (fact is IncidentFact incident)
                logger.LogWarning("{Kind} {Subject}: {Text}", incident.Incident.Kind, incident.Incident.Subject, incident.Incident.Text);
        var range = log.Append(facts, [], now);
        EntriesStored += facts.Count;
        return range.First;
    }

    private void GiveUpOldest()
    {
        var excess = _waiting.Count - FactsWaitingMax;
        if (excess <= 0) return;
        if (_givenUp == 0) _givenUpFrom = _waiting[0].At;
        _givenUpTo = _waiting[excess - 1].At;
        _givenUp += excess;
        _waiting.RemoveRange(0, excess);
    }

    private Incident Back(Instant since, Instant now) => new(
        now, IncidentKind.LogBack, "gateway",
        _givenUp == 0
            ? $"The log could not be written from {since} to {now}; everything of that time was kept and is stored now."
            : $"The log could not be written from {since} to {now}; {_givenUp} entries from {_givenUpFrom} to {_givenUpTo} are lost, the "
                + $"rest is stored now.",
        _givenUp);
}
