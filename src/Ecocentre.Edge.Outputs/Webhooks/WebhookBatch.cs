using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>One delivery: events in order, and what the target will have been told once it has taken them.</summary>
/// <param name="Id">The same for the same content: a receiver that sees it twice may drop the second.</param>
/// <param name="Body">JSON <c>{"centre","events":[{"id","type","at","data":{…}}]}</c>.</param>
internal sealed record WebhookBatch(string Id, byte[] Body, int Count, WebhookStanding After);

/// <summary>Gathers what a target is to be told next, from where it stands.</summary>
/// <remarks>One thread. Asked again without having moved on, it gives the same events in the same order, and perhaps more behind them.</remarks>
internal sealed class WebhookGathering(WebhookOptions options, WebhookSources sources)
{
    /// <summary>Events in one delivery: some 30 kB.</summary>
    internal const int EventsMax = 100;

    // What waits for longer is worth a word: brokers restart within minutes.
    private static readonly TimeSpan OutboxAgeMax = TimeSpan.FromHours(1);

    // Log entries looked through at a go: two steps of a thousand points.
    private const int EntriesAtOnceMax = 2_000;

    private readonly Dictionary<string, Co2Watch> _co2 = new(StringComparer.Ordinal);
    private readonly List<Action<Utf8JsonWriter>> _events = [];
    private readonly MemoryStream _body = new();
    private string _first = "";
    private string _last = "";

    /// <param name="eventsMax">Most events to gather.</param>
    /// <returns>Null when there is nothing to tell; the standing may have moved on over entries that are none of the target's business.</returns>
    internal WebhookBatch? Gather(ref WebhookStanding standing, int eventsMax)
    {
        _events.Clear();
        var after = standing;
        if (options.Topics.HasFlag(WebhookTopics.Desks)) after = GatherDesks(after, eventsMax);
        if ((options.Topics & (WebhookTopics.Devices | WebhookTopics.Incidents | WebhookTopics.Co2)) != 0) after = GatherLog(after, eventsMax);
        if (options.Topics.HasFlag(WebhookTopics.Outbox) && _events.Count < eventsMax) after = GatherOutbox(after);
        if (options.Topics.HasFlag(WebhookTopics.Verdicts)) after = GatherVerdicts(after, eventsMax);
        if (_events.Count == 0)
        {
            standing = after;
            return null;
        }
        _body.SetLength(0);
        using (var json = new Utf8JsonWriter(_body))
        {
            json.WriteStartObject();
            json.WriteString("centre", sources.Centre);
            json.WriteStartArray("events");
            foreach (var one in _events) one(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return new WebhookBatch($"{sources.Centre}.{options.Name}.{_first}.{_last}", _body.ToArray(), _events.Count, after);
    }

    /// <summary>Changes of desks and log entries that wait, as far as that is known without looking.</summary>
    internal long Behind(WebhookStanding standing) =>
        (options.Topics.HasFlag(WebhookTopics.Desks)
            ? Math.Max(0, sources.DeskChanges.Head - Math.Max(sources.DeskChanges.Tail - 1, standing.DeskSequence)) : 0)
        + (standing.LogSequence < 0 ? 0 : Math.Max(0, sources.Log.Head - standing.LogSequence));

    private WebhookStanding GatherDesks(WebhookStanding standing, int eventsMax)
    {
        var changes = sources.DeskChanges.After(Math.Max(0, standing.DeskSequence), eventsMax);
        // One that begins, or that was away for longer than changes are kept, gets the picture.
        if (standing.DeskSequence < 0 || !changes.IsGapless)
        {
            if (sources.Desks.IsEmpty) return standing;
            var (desks, sequence) = sources.DesksNow();
            Add($"desks-{sequence}", "desks.picture", sources.Now(), json =>
            {
                json.WriteNumber("sequence", sequence);
                json.WriteStartArray("desks");
                foreach (var desk in desks) DeskJson.Write(json, sources.Desks[desk.Desk], desk);
                json.WriteEndArray();
            });
            return standing with { DeskSequence = sequence };
        }
        foreach (var change in changes.Changes)
            Add($"desk-{change.Sequence}", "desk.changed", change.Since, json =>
            {
                json.WritePropertyName("desk");
                DeskJson.Write(json, sources.Desks[change.Desk], change);
            });
        return changes.Changes.IsEmpty ? standing : standing with { DeskSequence = changes.Changes[^1].Sequence };
    }

    private WebhookStanding GatherLog(WebhookStanding standing, int eventsMax)
    {
        // A new target is told what is to come, not what was.
        if (standing.LogSequence < 0 || standing.LogSequence > sources.Log.Head) return standing with { LogSequence = sources.Log.Head };
        var (sequence, begun) = (standing.LogSequence, standing.Begun);
        foreach (var entry in sources.Log.Read(standing.LogSequence, EntriesAtOnceMax))
        {
            // An entry makes at most one event.
            if (_events.Count >= eventsMax) break;
            sequence = entry.Sequence;
            if (entry.Fact is IncidentFact { Incident: var incident }) Tell(entry.Sequence, incident);
            else if (entry.Fact is WindowFact window && options.Topics.HasFlag(WebhookTopics.Co2)) begun = Watch(entry.Sequence, window, begun);
        }
        return standing with { LogSequence = sequence, Begun = begun };
    }

    private void Tell(long sequence, Incident incident)
    {
        var ofDevice = incident.Kind is IncidentKind.DeviceLost or IncidentKind.DeviceBack;
        if (!options.Topics.HasFlag(ofDevice ? WebhookTopics.Devices : WebhookTopics.Incidents)) return;
        var type = incident.Kind switch
        {
            IncidentKind.DeviceLost => "device.lost",
            IncidentKind.DeviceBack => "device.back",
            _ => "incident",
        };
        Add($"log-{sequence}", type, incident.At, json =>
        {
            json.WriteString("kind", JsonNamingPolicy.KebabCaseLower.ConvertName(incident.Kind.ToString()));
            json.WriteString("subject", incident.Subject);
            json.WriteString("text", incident.Text);
            if (double.IsFinite(incident.Value)) json.WriteNumber("value", incident.Value);
        });
    }

    private ImmutableSortedDictionary<string, long> Watch(long sequence, WindowFact fact, ImmutableSortedDictionary<string, long> begun)
    {
        var (series, window) = fact;
        if (series.Quantity != "co2" || window is not { Kind: WindowKind.Minute, Revision: 0, Coverage: > 0 }) return begun;
        if (!_co2.TryGetValue(series.Name, out var watch)) _co2[series.Name] = watch = new Co2Watch();
        var key = $"co2:{series.Name}";
        var isHigh = begun.ContainsKey(key);
        watch.Look(sequence, window.Mean > options.Co2Max, window.Window.Start);
        if (watch.Above == isHigh || window.Window.End - watch.Since < options.Co2Hold) return begun;
        Add($"log-{sequence}", isHigh ? "co2.normal" : "co2.high", window.Window.End, json =>
        {
            json.WriteString("point", series.Name);
            json.WriteString("place", series.Place);
            json.WriteNumber("ppm", Math.Round(window.Mean));
            json.WriteNumber("maxPpm", options.Co2Max);
            json.WriteString("since", watch.Since.ToString());
        });
        return isHigh ? begun.Remove(key) : begun.SetItem(key, watch.Since.UnixMilliseconds);
    }

    private WebhookStanding GatherOutbox(WebhookStanding standing)
    {
        const string key = "outbox";
        var (since, now) = (sources.OutboxSince(), sources.Now());
        var isOld = since is { } oldest && now - oldest > OutboxAgeMax;
        if (standing.Begun.TryGetValue(key, out var told) == isOld) return standing;
        // Ended only when all was told: while the oldest grows younger it may still be an hour.
        if (!isOld && since is not null) return standing;
        var begun = isOld ? since!.Value.UnixMilliseconds : told;
        Add(string.Create(CultureInfo.InvariantCulture, $"outbox-{begun}-{(isOld ? "begin" : "end")}"), isOld ? "outbox.filling" : "outbox.drained", now,
            json => json.WriteString("since", new Instant(begun).ToString()));
        return standing with { Begun = isOld ? standing.Begun.SetItem(key, begun) : standing.Begun.Remove(key) };
    }

    /// <summary>Tells of levels that are not the last ones that were known. Not yet determined is no level: each month begins so.</summary>
    private WebhookStanding GatherVerdicts(WebhookStanding standing, int eventsMax)
    {
        const string counted = "verdicts";
        var (begun, label) = (standing.Begun, sources.LabelNow());
        foreach (var verdict in label?.Verdicts ?? [])
        {
            var key = $"verdict:{verdict.Criterion}";
            if (verdict.Level is VerdictLevel.Undetermined or VerdictLevel.NotApplicable || _events.Count >= eventsMax) continue;
            var isKnown = begun.TryGetValue(key, out var last);
            if (isKnown && last == (long)verdict.Level) continue;
            begun = begun.SetItem(key, (long)verdict.Level);
            if (!isKnown) continue;
            // A level may come and go in one period: each time is an event of its own.
            var count = begun.GetValueOrDefault(counted) + 1;
            begun = begun.SetItem(counted, count);
            Add($"verdict-{count}", "verdict.changed", sources.Now(), json =>
            {
                json.WriteString("criterion", verdict.Criterion);
                json.WriteString("period", verdict.Period.Name);
                json.WriteString("from", VerdictJson.Word((VerdictLevel)last));
                json.WriteString("to", VerdictJson.Word(verdict.Level));
                json.WriteString("label", VerdictJson.Word(label!.Level));
                json.WriteString("text", verdict.Finding.Text);
            });
        }
        return standing with { Begun = begun };
    }

    private void Add(string id, string type, Instant at, Action<Utf8JsonWriter> content)
    {
        if (_events.Count == 0) _first = id;
        _last = id;
        _events.Add(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", $"{sources.Centre}.{id}");
            json.WriteString("type", type);
            json.WriteString("at", at.ToString());
            json.WriteStartObject("data");
            content(json);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
