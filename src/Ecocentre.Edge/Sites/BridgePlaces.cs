using System.Collections.Frozen;
using System.Collections.Immutable;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads MQTT topics on which others publish what their sensors say.</summary>
internal sealed class BridgePlaces(DevicePlaces shared, OutputPlaces outputs, string centre)
{
    // Battery sensors of Zigbee and LoRaWAN speak at least hourly; two of these may be lost.
    private static readonly TimeSpan SilentUsual = TimeSpan.FromHours(2), SilentMin = TimeSpan.FromSeconds(5), SilentMax = TimeSpan.FromDays(7);

    private static readonly Dictionary<string, Quantity> Quantities = Quantity.All.OrderBy(q => q.Name, StringComparer.Ordinal)
        .ToDictionary(q => q.Name);

    internal BridgeBus Bridge(JsonPlace bus, string name, JsonPlace way)
    {
        var topics = new Dictionary<string, string>();
        var devices = bus["devices"].Items(countMin: 1).Select(place => Device(place, topics)).ToImmutableArray();
        var broker = outputs.Broker(way, $"ecocentre-{centre}-{name}");
        return new BridgeBus(name, devices, broker);
    }

    private SiteDevice Device(JsonPlace place, Dictionary<string, string> topics)
    {
        var name = shared.Name(place);
        var topic = place["topic"].Text();
        if (topic.Contains('#') || topic.Contains('+')) place["topic"].Wrong($"\"{topic}\" stands for many topics.",
            "Write the one this device publishes on.");
        DevicePlaces.Unique(topics, topic, place["topic"], "is the topic of an earlier device");
        var silent = place.Optional("silentAfter")?.Duration(SilentMin, SilentMax) ?? SilentUsual;
        var points = ImmutableArray.CreateBuilder<SiteTopicPoint>();
        if (place.Optional("points") is { } many)
        {
            foreach (var (quantity, point) in many.Members())
                if (Known(quantity, point) is { } known) points.Add(Point(point, known));
            if (place.Optional("quantity") is { } one) one.Wrong("stands beside \"points\".", "Keep one of them.");
        }
        else points.Add(Point(place, place.Optional("quantity")?.Word(Quantities) ?? Quantities["presence"]));
        return new SiteTopic(name, place.Path, shared.Space(place), topic, silent, points.ToImmutable());
    }

    private static Quantity? Known(string name, JsonPlace place)
    {
        if (Quantity.TryGet(name, out var quantity)) return quantity;
        place.Wrong($"There is no quantity \"{name}\".", JsonPlace.Nearest(name, Quantities.Keys) is { } near
            ? $"Did you mean \"{near}\"?" : "Write one such as co2, temperature, humidity or presence.");
        return null;
    }

    private static SiteTopicPoint Point(JsonPlace place, Quantity quantity)
    {
        var path = place.Optional("path")?.Text() ?? "";
        if (path.Length > 0 && PayloadPath.Parse(path) is null)
            place["path"].Wrong($"\"{path}\" is no path into a payload.", "Write \"$.occupancy\", \"$.a.b\" or \"$.list[0]\".");
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (word, value) in place.Optional("values")?.Members() ?? []) values[word] = value.Number();
        var factor = 1.0;
        if (place.Optional("unit") is { } unit && !Unit.TryFactor(unit.Text(), quantity.Unit, out factor))
            unit.Wrong($"{quantity.Name} is not counted in \"{unit.Text()}\".",
                $"Write \"{quantity.Unit}\" or a unit that is a power of ten away from it.");
        return new SiteTopicPoint(quantity, path, values.ToFrozenDictionary(StringComparer.Ordinal), factor);
    }
}
