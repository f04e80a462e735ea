using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads a site file: whole, or not at all with every mistake in it.</summary>
public static class SiteFile
{
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

    private static Site? Parse(string file, byte[] bytes, MeterCatalogue catalogue, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        if (JsonPlace.Parse(file, Encoding.UTF8.GetString(bytes), mistakes) is not { } root) return null;
        // Paths in a site file are meant beside it, wherever the gateway is started from.
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var centre = Centre(root["centre"]);
        var spaces = Spaces(root);
        var outputs = new OutputPlaces(folder, file, mistakes);
        var logPath = Path.Combine(folder, root["log"]["path"].Text());
        var site = new Site
        {
            File = file,
            Digest = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Centre = centre,
            Name = root.Optional("name")?.Text() ?? centre,
            Zone = Zone(root["zone"]),
            Clock = root.Optional("clock")?.Word(Clocks) ?? ClockTrust.Kernel,
            Spaces = spaces,
            Buses = new BusPlaces(catalogue, spaces, folder).Read(root["buses"]),
            LogPath = logPath,
            Log = OutputPlaces.Log(root["log"]),
            Mqtt = root.Optional("mqtt") is { } mqtt ? outputs.Mqtt(mqtt, centre) : null,
            Influx = root.Optional("influx") is { } influx ? outputs.Influx(influx) : null,
            Http = root.Optional("http") is { } http ? new HttpPlaces(folder).Read(http, logPath) : null,
        };
        root.Done();
        return mistakes.Count == before ? site : null;
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
            place.Wrong($"\"{name}\" is no zone this machine knows.", "Write an IANA name such as \"Europe/Paris\"; if it is one, install the package tzdata.");
        return TimeZoneInfo.Utc;
    }

    private static ImmutableArray<Space> Spaces(JsonPlace root)
    {
        var spaces = ImmutableArray.CreateBuilder<Space>();
        foreach (var place in root.Optional("spaces")?.Items() ?? [])
        {
            var id = place["id"].Name();
            if (spaces.Any(s => s.Id == id)) place["id"].Wrong($"\"{id}\" is the id of an earlier space.", "Give each space its own.");
            spaces.Add(new Space(id, place.Optional("name")?.Text() ?? id, place.Optional("storey")?.Text()));
        }
        return spaces.ToImmutable();
    }
}
