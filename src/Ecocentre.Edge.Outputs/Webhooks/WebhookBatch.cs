using System.Collections.Immutable;
using System.Globalization;
using System.Text;
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
/// <remarks>One thread. Asked again without having moved on, it gives the same events in the same order, and perhaps more between those of desks, of the log
/// and of what stands. What stands for a moment only becomes an event that waits in the standing, whatever becomes of the delivery: its end would else be
/// lost with the answer to its beginning.</remarks>
internal sealed class WebhookGathering(WebhookOptions options, WebhookSources sources)
{
    /// <summary>Events in one delivery: some 30 kB.</summary>
    internal const int EventsMax = 100;

    /// <summary>Events of what stands that wait for one target. While there are more, what stands is looked at again when some were taken.</summary>
    internal const int WaitingMax = 200;

    // What waits for longer is worth a word: brokers restart within minutes.
    private static readonly TimeSpan OutboxAgeMax = TimeSpan.FromHours(1);

    private const WebhookTopics OfTheLog = WebhookTopics.Devices | WebhookTopics.Incidents | WebhookTopics.Co2;

    // Headroom holds a guess at the rest of the month, which moves with every slot: it is enough again at so many times what was asked for.
    private const double HeadroomBack = 1.1;

    // Log entries looked through at a go: two steps of a thousand points.
    private const int EntriesAtOnceMax = 2_000;

    // The CO2 as of a log entry: of the one the target stands at, and of the one it will stand at once it has taken what was gathered.
    private (long At, ImmutableDictionary<string, Co2Watch> Watches) _co2 = (-1, ImmutableDictionary<string, Co2Watch>.Empty);
    private (long At, ImmutableDictionary<string, Co2Watch> Watches) _co2Next = (-1, ImmutableDictionary<string, Co2Watch>.Empty);
    private readonly List<Action<Utf8JsonWriter>> _events = [];
    private readonly MemoryStream _body = new();
    private string _first = "";
    private string _last = "";

    /// <param name="eventsMax">Most events to gather.</param>
    /// <param name="standing">Moved on over what is none of the target's business, and to where a new one begins, whatever becomes of the
    /// delivery.</param>
    /// <returns>Null when there is nothing to tell.</returns>
    internal WebhookBatch? Gather(ref WebhookStanding standing, int eventsMax)
    {
        _events.Clear();
        standing = Note(Begin(standing));
        var after = standing;
        if (options.Topics.HasFlag(WebhookTopics.Desks)) after = GatherDesks(after, eventsMax);
        if ((options.Topics & OfTheLog) != 0) after = GatherLog(after, eventsMax);
        after = GatherWaiting(after, eventsMax);
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
        + standing.Waiting.Count + (standing.LogSequence < 0 ? 0 : Math.Max(0, sources.Log.Head - standing.LogSequence));

    /// <summary>Where a new target begins, in the log and with the label: it is told what is to come, not what was. Kept before the first
    /// delivery is taken, so that nothing of what happens while it cannot be reached is missed.</summary>
    private WebhookStanding Begin(WebhookStanding standing)
    {
        if ((options.Topics & OfTheLog) != 0 && (standing.LogSequence < 0 || standing.LogSequence > sources.Log.Head))
            standing = standing with { LogSequence = sources.AskedAt };
        if (!options.Topics.HasFlag(WebhookTopics.Verdicts)) return standing;
        var begun = standing.Begun;
        foreach (var verdict in sources.LabelNow()?.Verdicts ?? [])
            if (IsLevel(verdict) && !begun.ContainsKey(KeyOf(verdict))) begun = begun.SetItem(KeyOf(verdict), (long)verdict.Level);
        return standing with { Begun = begun };
    }

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
        if (standing.LogSequence == _co2Next.At) _co2 = _co2Next;
        _co2Next = _co2;
        var (sequence, begun) = (standing.LogSequence, standing.Begun);
        foreach (var entry in sources.Log.Read(standing.LogSequence, EntriesAtOnceMax))
        {
            // An entry makes at most one event.
            if (_events.Count >= eventsMax) break;
            sequence = entry.Sequence;
            if (entry.Fact is IncidentFact { Incident: var incident }) Tell(entry.Sequence, incident);
            else if (entry.Fact is WindowFact window && options.Topics.HasFlag(WebhookTopics.Co2)) begun = Watch(entry.Sequence, window, begun);
        }
        _co2Next.At = sequence;
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
        var watch = Co2Watch.After(_co2Next.Watches.GetValueOrDefault(series.Name), window.Mean > options.Co2Max, window.Window.Start);
        _co2Next.Watches = _co2Next.Watches.SetItem(series.Name, watch);
        var key = $"co2:{series.Name}";
        var isHigh = begun.ContainsKey(key);
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

    /// <summary>Makes events of what stands now and did not when the target was told last.</summary>
    private WebhookStanding Note(WebhookStanding standing)
    {
        if (options.Topics.HasFlag(WebhookTopics.Outbox) && standing.Waiting.Count < WaitingMax) standing = NoteOutbox(standing);
        if (options.Topics.HasFlag(WebhookTopics.Verdicts)) standing = NoteVerdicts(standing);
        if (options.Topics.HasFlag(WebhookTopics.Headroom)) standing = NoteHeadroom(standing);
        return standing;
    }

    private WebhookStanding GatherWaiting(WebhookStanding standing, int eventsMax)
    {
        var count = Math.Min(standing.Waiting.Count, eventsMax - _events.Count);
        if (count <= 0) return standing;
        foreach (var (id, text) in standing.Waiting.Take(count)) Add(id, json => json.WriteRawValue(text));
        return standing with { Waiting = standing.Waiting.RemoveRange(0, count) };
    }

    private WebhookStanding NoteOutbox(WebhookStanding standing)
    {
        const string key = "outbox";
        var (since, now) = (sources.OutboxSince(), sources.Now());
        var isOld = since is { } oldest && now - oldest > OutboxAgeMax;
        if (standing.Begun.TryGetValue(key, out var told) == isOld) return standing;
        // Ended only when all was told: while the oldest grows younger it may still be an hour.
        if (!isOld && since is not null) return standing;
        var begun = isOld ? since!.Value.UnixMilliseconds : told;
        var one = Make(string.Create(CultureInfo.InvariantCulture, $"outbox-{begun}-{(isOld ? "begin" : "end")}"),
            isOld ? "outbox.filling" : "outbox.drained", now, json => json.WriteString("since", new Instant(begun).ToString()));
        return standing with { Begun = isOld ? standing.Begun.SetItem(key, begun) : standing.Begun.Remove(key), Waiting = standing.Waiting.Add(one) };
    }

    /// <summary>Tells of levels that are not the last ones that were known. Not yet determined is no level: each month begins so.</summary>
    private WebhookStanding NoteVerdicts(WebhookStanding standing)
    {
        const string counted = "verdicts";
        var (begun, waiting, label) = (standing.Begun, standing.Waiting, sources.LabelNow());
        foreach (var verdict in label?.Verdicts ?? [])
        {
            // One that became known since the target's beginning was looked at is its business the next time.
            if (!IsLevel(verdict) || waiting.Count >= WaitingMax) continue;
            if (!begun.TryGetValue(KeyOf(verdict), out var last) || last == (long)verdict.Level) continue;
            begun = begun.SetItem(KeyOf(verdict), (long)verdict.Level);
            // A level may come and go in one period: each time is an event of its own.
            var count = begun.GetValueOrDefault(counted) + 1;
            begun = begun.SetItem(counted, count);
            waiting = waiting.Add(Make($"verdict-{count}", "verdict.changed", sources.Now(), json =>
            {
                json.WriteString("criterion", verdict.Criterion);
                json.WriteString("period", verdict.Period.Name);
                json.WriteString("from", VerdictJson.Word((VerdictLevel)last));
                json.WriteString("to", VerdictJson.Word(verdict.Level));
                json.WriteString("label", VerdictJson.Word(label!.Level));
                json.WriteString("text", verdict.Finding.Text);
            }));
        }
        return standing with { Begun = begun, Waiting = waiting };
    }

    /// <summary>Tells of the level a criterion stands at, or of the lowest where it holds none. What is not known yet neither begins nor
    /// ends.</summary>
    private WebhookStanding NoteHeadroom(WebhookStanding standing)
    {
        const string counted = "headrooms";
        var (begun, waiting) = (standing.Begun, standing.Waiting);
        foreach (var verdict in sources.LabelNow()?.Verdicts ?? [])
        {
            if (!IsLevel(verdict) || verdict.Finding.Levels.IsEmpty || waiting.Count >= WaitingMax) continue;
            if (!options.HeadroomMin.TryGetValue(verdict.Criterion, out var min)) continue;
            var level = verdict.Level < VerdictLevel.Level1 ? VerdictLevel.Level1 : verdict.Level;
            var finding = verdict.Finding.Levels[(int)level - 1];
            var key = $"headroom:{verdict.Criterion}";
            var wasLow = begun.ContainsKey(key);
            if (!double.IsFinite(finding.Headroom) || wasLow == finding.Headroom < (wasLow ? HeadroomBack : 1) * min) continue;
            var (count, now) = (begun.GetValueOrDefault(counted) + 1, sources.Now());
            begun = (wasLow ? begun.Remove(key) : begun.SetItem(key, now.UnixMilliseconds)).SetItem(counted, count);
            waiting = waiting.Add(Make($"headroom-{count}", wasLow ? "headroom.enough" : "headroom.low", now, json =>
            {
                json.WriteString("criterion", verdict.Criterion);
                json.WriteString("period", verdict.Period.Name);
                json.WriteString("level", VerdictJson.Word(level));
                json.WriteNumber("headroom", finding.Headroom);
                json.WriteNumber("headroomMin", min);
                json.WriteString("unit", finding.HeadroomUnit);
                if (verdict.Finding.Cause is { } cause) json.WriteString("cause", cause);
                json.WriteString("text", verdict.Finding.Text);
            }));
        }
        return standing with { Begun = begun, Waiting = waiting };
    }

    private static bool IsLevel(Verdict verdict) => verdict.Level is not (VerdictLevel.Undetermined or VerdictLevel.NotApplicable);

    private static string KeyOf(Verdict verdict) => $"verdict:{verdict.Criterion}";

    private void Add(string id, string type, Instant at, Action<Utf8JsonWriter> content) => Add(id, json => Write(json, id, type, at, content));

    private void Add(string id, Action<Utf8JsonWriter> write)
    {
        if (_events.Count == 0) _first = id;
        _last = id;
        _events.Add(write);
    }

    private WebhookEvent Make(string id, string type, Instant at, Action<Utf8JsonWriter> content)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text)) Write(json, id, type, at, content);
        return new WebhookEvent(id, Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length));
    }

    private void Write(Utf8JsonWriter json, string id, string type, Instant at, Action<Utf8JsonWriter> content)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{sources.Centre}.{id}");
        json.WriteString("type", type);
        json.WriteString("at", at.ToString());
        json.WriteStartObject("data");
        content(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
