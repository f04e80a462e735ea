using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads a site file: whole, or not at all with every mistake in it.</summary>
public static class SiteFile
{
    // The Dead Sea's shore and the highest town of the world, with room.
    private const double AltitudeMin = -450, AltitudeMax = 5500;

    private static readonly Dictionary<string, ClockTrust> Clocks = new() { ["kernel"] = ClockTrust.Kernel, ["trusted"] = ClockTrust.Trusted };

    /// <summary>Reads and checks a file.</summary>
    /// <param name="mistakes">Receives every mistake.</param>
    /// <returns>Null when there was a mistake.</returns>
    public static Site? Load(string file, MeterCatalogue catalogue, List<Mistake> mistakes)
    {
        try
        {
            // A BOM is what some editors leave; the digest is of the bytes as they are.
            var bytes = System.IO.File.ReadAllBytes(file);
            return Parse(file, bytes, catalogue, mistakes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new Mistake(file, "$", $"The file cannot be read: {e.Message}", "Check the path and its permissions."));
            return null;
        }
    }

    /// <summary>Where a file says that the log lies, whatever else is wrong with it; null when that cannot be read.</summary>
    internal static string? LogPathOf(string file)
    {
        try
        {
            var root = JsonPlace.Parse(file, Encoding.UTF8.GetString(System.IO.File.ReadAllBytes(file)), []);
            return root?.Optional("log")?.Optional("path") is { IsText: true } path
                ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, path.Text()) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Site? Parse(string file, byte[] bytes, MeterCatalogue catalogue, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        if (JsonPlace.Parse(file, Encoding.UTF8.GetString(bytes), mistakes) is not { } root) return null;
        // Paths in a site file are meant beside it, wherever the gateway is started from.
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var centre = Centre(root["centre"]);
        var altitude = root.Optional("altitude")?.Number(AltitudeMin, AltitudeMax);
        var spaces = SpacePlaces.Read(root);
        var outputs = new OutputPlaces(folder, file, mistakes);
        var logPath = Path.Combine(folder, root["log"]["path"].Text());
        var devices = new DevicePlaces(spaces, folder);
        var inBuses = mistakes.Count;
        var buses = new BusPlaces(catalogue, devices, new BridgePlaces(devices, outputs, centre), altitude).Read(root["buses"]);
        var isComplete = mistakes.Count == inBuses;
        var plans = isComplete ? BusPlan.Of(buses) : [];
        if (!plans.IsEmpty) mistakes.AddRange(WithoutBarometer(file, buses, plans));
        var places = new PointNames([.. plans.SelectMany(p => p.Points)], isComplete);
        var rules = root.Optional("occupancy") is { } occupancy ? DeskPlaces.Rules(occupancy, DeskRules.Default) : DeskRules.Default;
        var desks = new DeskPlaces(spaces).Read(root, rules, places);
        (buses, plans) = Private(buses, plans, desks);
        places = new PointNames([.. plans.SelectMany(p => p.Points)], isComplete);
        var label = root.Optional("label") is { } labelled ? Label(labelled, root, places, mistakes) : null;
        var site = new Site
        {
            File = file,
            Digest = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Text = Encoding.UTF8.GetString(bytes),
            Centre = centre,
            Name = root.Optional("name")?.Text() ?? centre,
            Zone = Zone(root["zone"]),
            Clock = root.Optional("clock")?.Word(Clocks) ?? ClockTrust.Kernel,
            AltitudeMetres = altitude,
            Outdoor = root.Optional("outdoor") is { } outdoor ? OutdoorPlaces.Read(outdoor, places) : Outdoor.None,
            Opening = root.Optional("opening") is { } opening ? OpeningPlaces.Read(opening) : null,
            Spaces = spaces,
            Buses = buses,
            Plans = plans,
            Occupancy = Occupancy(root, plans, spaces, desks, rules),
            Entries = EntryPlaces.Read(root, devices),
            Instruments = devices.Instruments,
            Label = label,
            Evidence = root.Optional("evidence") is { } evidence ? EvidencePlaces.Read(evidence, folder) : new EvidenceOptions(),
            LogPath = logPath,
            Log = OutputPlaces.Log(root["log"]),
            Mqtt = root.Optional("mqtt") is { } mqtt ? outputs.Mqtt(mqtt, centre) : null,
            HomeAssistant = root.Optional("mqtt")?.Optional("homeAssistant") is { } home ? outputs.HomeAssistant(home) : null,
            Sparkplug = root.Optional("sparkplug") is { } sparkplug ? outputs.Sparkplug(sparkplug, centre) : null,
            Influx = root.Optional("influx") is { } influx ? outputs.Influx(influx) : null,
            Webhooks = root.Optional("webhooks") is { } hooks ? new WebhookPlaces(outputs, file, label?.Profile, mistakes).Read(hooks) : [],
            Http = root.Optional("http") is { } http ? new HttpPlaces(folder).Read(http, logPath) : null,
        };
        if (root.Optional("archive") is { } archive) site = site with { Archive = ArchivePlaces.Read(archive, [.. site.Points.Select(p => p.Name)]) };
        root.Done();
        return mistakes.Count == before ? site : null;
    }

    private static LabelOptions? Label(JsonPlace place, JsonPlace root, PointNames points, List<Mistake> mistakes)
    {
        var entries = (root.Optional("entries")?.Items() ?? []).Select(e => e["name"]).Where(n => n.IsText).Select(n => n.Text()).ToHashSet();
        return new LabelPlaces(points, entries, mistakes).Read(place);
    }

    private static OccupancyPlan Occupancy(
        JsonPlace root, ImmutableArray<BusPlan> plans, ImmutableArray<Space> spaces, ImmutableArray<Desk> desks, DeskRules rules)
    {
        ImmutableArray<Point> measured = [.. plans.SelectMany(p => p.Points)];
        // With mistakes in spaces, desks or buses there is nothing sound to reckon with; they are told already.
        if (spaces.DistinctBy(s => s.Id).Count() < spaces.Length || desks.Any(d =>
            spaces.All(s => s.Id != d.Space))) return OccupancyPlan.None(measured);
        var plan = OccupancyPlan.Of(measured, spaces, desks, rules);
        foreach (var twice in plan.Points.GroupBy(p => p.Name).Where(g => g.Count() > 1))
            root["spaces"].Wrong($"A device and a space both make a point {twice.Key}.", "Give the device another name than the space.");
        return plan;
    }

    /// <summary>A sensor that takes the pressure from another one names a barometer.</summary>
    private static IEnumerable<Mistake> WithoutBarometer(string file, ImmutableArray<BusOptions> buses, ImmutableArray<BusPlan> plans)
    {
        var barometers = plans.SelectMany(p => p.Points).Where(p => p.Quantity.Name == "pressure").Select(p => p.Device)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var sensor in buses.SelectMany(b => b.Devices).OfType<SiteSensor>())
            if (sensor.Options.PressureFrom is { } from && !barometers.Contains(from))
                yield return new Mistake(file, sensor.JsonPath + ".pressureFrom", $"\"{from}\" tells no pressure.",
                    JsonPlace.Nearest(from, barometers) is { } near ? $"Did you mean \"{near}\"?"
                        : "Name a device with a point of pressure, or say \"altitude\".");
    }

    /// <summary>What watches a desk is private, with all its points: planned once more with that known.</summary>
    private static (ImmutableArray<BusOptions>, ImmutableArray<BusPlan>) Private(
        ImmutableArray<BusOptions> buses, ImmutableArray<BusPlan> plans, ImmutableArray<Desk> desks)
    {
        var points = plans.SelectMany(p => p.Points).ToArray();
        var watchers = desks.SelectMany(d => d.Sensors).Select(id => points[id.Value].Device).ToHashSet(StringComparer.Ordinal);
        if (watchers.Count == 0) return (buses, plans);
        ImmutableArray<BusOptions> marked = [.. buses.Select(bus => bus with { Devices = [.. bus.Devices.Select(d => d.WatchingDesks(watchers))] })];
        return (marked, BusPlan.Of(marked));
    }

    private static string Centre(JsonPlace place)
    {
        var centre = place.Name();
        if (centre.Length > 0 && !Topics.IsCentreId(centre))
            place.Wrong($"\"{centre}\" cannot stand in a topic.", "Write 1 to 64 of a-z, 0-9 and dash.");
        return centre;
    }

    private static TimeZoneInfo Zone(JsonPlace place)
    {
        var name = place.Text();
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        if (name.Length > 0)
            place.Wrong($"\"{name}\" is no zone this machine knows.",
                "Write an IANA name such as \"Europe/Paris\"; if it is one, install the package tzdata.");
        return TimeZoneInfo.Utc;
    }
}
