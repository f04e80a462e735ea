using System.Collections.Immutable;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Packs;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Reload;

/// <summary>What a site file says now against what it said before: what goes on, what ends, what begins, and what only a restart can do. Reckoned once;
/// immutable.</summary>
internal sealed class SiteChange
{
    private readonly Site _before, _now;

    internal SiteChange(Site before, Site now)
    {
        (_before, _now) = (before, now);
        var plans = before.Plans.ToDictionary(plan => plan.Options.Name, StringComparer.Ordinal);
        BusesKept = [.. now.Plans.Where(plan => plans.TryGetValue(plan.Options.Name, out var same) && IsSame(same, plan))
            .Select(plan => plan.Options.Name)];
        Plan = !Likeness.Of(before.Occupancy, now.Occupancy);
        // By which numbers their sensors go is a matter of the plan.
        Desks = !Likeness.Of(before.Occupancy.Desks.Select(Unwatched), now.Occupancy.Desks.Select(Unwatched));
        Label = !Likeness.Of(before.Label, now.Label) || Facts(before) != Facts(now);
        Mqtt = !Likeness.Of(before.Mqtt, now.Mqtt);
        Influx = !Likeness.Of(before.Influx, now.Influx);
        Webhooks = Desks || !Likeness.Of(before.Webhooks, now.Webhooks) || before.Label?.Profile.FullName != now.Label?.Profile.FullName;
        Http = !Likeness.Of(before.Http, now.Http);
        Sparkplug = Plan || !Likeness.Of(before.Sparkplug, now.Sparkplug);
        // What is judged and shown, and not whom it is told to.
        Shown = Plan || Label || Http || CentreConfiguration.Told(before.Text) != CentreConfiguration.Told(now.Text);
        HomeAssistant = Shown || Mqtt || !Likeness.Of(before.HomeAssistant, now.HomeAssistant);
        var devices = Devices(before);
        Exchanged = [.. Devices(now).Where(pair => devices.TryGetValue(pair.Key, out var was) && IsAnother(was, pair.Value)).Select(pair => pair.Key)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Names of the buses that go on as they are.</summary>
    internal ImmutableHashSet<string> BusesKept { get; }

    /// <summary>Points, desks or spaces are others, or have other numbers.</summary>
    internal bool Plan { get; }

    internal bool Desks { get; }

    internal bool Label { get; }

    internal bool Mqtt { get; }

    internal bool Influx { get; }

    internal bool Webhooks { get; }

    internal bool Http { get; }

    internal bool HomeAssistant { get; }

    internal bool Sparkplug { get; }

    /// <summary>Something that the web shows.</summary>
    internal bool Shown { get; }

    /// <summary>Topics made of the plan and the label.</summary>
    internal bool Topics => Plan || Label;

    /// <summary>Home Assistant's discovery prefix, where the site told it under that and does so no more; else null.</summary>
    internal string? HomeAssistantLeft =>
        _before.HomeAssistant is { } was && (_now.HomeAssistant?.Prefix != was.Prefix || _now.Mqtt is null) ? was.Prefix : null;

    /// <summary>Devices of the same name that are others now: another model, or another serial declared. Their counters begin anew.</summary>
    internal ImmutableArray<string> Exchanged { get; }

    /// <summary>Nothing that the gateway goes by is different.</summary>
    internal bool IsNone => !Plan && !Label && !Mqtt && !Influx && !Webhooks && !HomeAssistant && !Sparkplug && !Shown
        && BusesKept.Count == _before.Plans.Length && BusesKept.Count == _now.Plans.Length;

    /// <summary>What cannot change under a running gateway.</summary>
    internal IEnumerable<Mistake> NeedsRestart()
    {
        if (_before.Centre != _now.Centre) yield return Fixed("$.centre", "The log belongs to its centre.");
        if (_before.Zone.Id != _now.Zone.Id) yield return Fixed("$.zone", "Days that are open would end at another hour.");
        if (_before.LogPath != _now.LogPath || !Likeness.Of(_before.Log, _now.Log)) yield return Fixed("$.log", "The log is open.");
        if (_before.Origin != _now.Origin || !Likeness.Of(_before.Evidence, _now.Evidence))
            yield return Fixed("$.evidence", "The key signs under one name.");
    }

    /// <summary>What is different, for people.</summary>
    internal string Describe()
    {
        var (were, are) = (Names(_before), Names(_now));
        var (devicesWere, devicesAre) = (Devices(_before).Keys, Devices(_now).Keys);
        return string.Join("; ", new[]
        {
            List("begins", "begin", "device", devicesAre.Except(devicesWere)), List("ends", "end", "device", devicesWere.Except(devicesAre)),
            List("is another one now, its counters begin anew", "are others now, their counters begin anew", "device", Exchanged),
            List("begins", "begin", "point", are.Except(were)), List("ends, its figures stay", "end, their figures stay", "point", were.Except(are)),
            Desks ? "desks changed" : null, Label ? "the label is judged anew" : null, Mqtt ? "the broker changed" : null,
            Influx ? "the database changed" : null, Webhooks && !Desks ? "webhooks changed" : null, Http ? "HTTP changed" : null,
            _now.Plans.Length > 0 ? $"{BusesKept.Count} of {_now.Plans.Length} buses went on without a pause" : null,
        }.OfType<string>());
    }

    private static string? List(string one, string many, string what, IEnumerable<string> names)
    {
        // Enough to see which; all of them stand in the file.
        const int namesMax = 8;
        var all = names.Order(StringComparer.Ordinal).ToArray();
        if (all.Length == 0) return null;
        var more = all.Length > namesMax ? $" and {all.Length - namesMax} more" : "";
        return $"{what}{(all.Length == 1 ? "" : "s")} {string.Join(", ", all.Take(namesMax))}{more} {(all.Length == 1 ? one : many)}";
    }

    private static Desk Unwatched(Desk desk) => desk with { Sensors = [] };

    private Mistake Fixed(string path, string why) =>
        new(_now.File, path, $"This is other than what the gateway runs by. {why}", "Put it back, or restart the gateway to apply it.");

    private static bool IsSame(BusPlan before, BusPlan now) =>
        Likeness.Of(before.Options, now.Options) && before.Points.Length == now.Points.Length
        && before.Points.Zip(now.Points).All(pair => pair.First with { Id = default } == pair.Second with { Id = default });

    private static string? Facts(Site site) =>
        site.Label is { } label ? Criteria.CentreFactsJson.Write(CentreLabel.FactsOf(site, label)) : null;

    private static bool IsAnother((string Kind, string? Serial) was, (string Kind, string? Serial) now) =>
        was.Kind != now.Kind || was.Serial is not null && now.Serial is not null && was.Serial != now.Serial;

    private static IEnumerable<string> Names(Site site) => site.Points.Where(point => !point.Private).Select(point => point.Name);

    private static Dictionary<string, (string Kind, string? Serial)> Devices(Site site)
    {
        var serials = site.Instruments.ToDictionary(one => one.Device, one => one.Serial, StringComparer.Ordinal);
        return site.Buses.SelectMany(bus => bus.Devices)
            .ToDictionary(device => device.Name, device => (device.Kind, serials.GetValueOrDefault(device.Name)), StringComparer.Ordinal);
    }
}
