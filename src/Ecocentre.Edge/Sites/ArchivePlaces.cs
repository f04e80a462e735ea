using System.Collections.Immutable;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads from a site file how long the archive is kept.</summary>
internal static class ArchivePlaces
{
    private const long BytesMaxLimit = 1_000_000_000_000;

    // What came late for a day is sealed up to some days after it.
    private static readonly TimeSpan KeepMin = TimeSpan.FromDays(7);

    internal static ArchiveOptions Read(JsonPlace place, IReadOnlyCollection<string> points)
    {
        var usual = ArchiveOptions.Default;
        return usual with
        {
            BytesMax = place.Optional("bytesMax") is { } bytes ? Bytes.Read(bytes, ArchiveOptions.BytesMaxFloor, BytesMaxLimit) : usual.BytesMax,
            MinutesKeep = place.Optional("keepMinutes")?.Duration(min: KeepMin) ?? usual.MinutesKeep,
            OccupancyMinutesKeep = place.Optional("keepOccupancyMinutes")?.Duration(min: KeepMin) ?? usual.OccupancyMinutesKeep,
            WindowsKeep = place.Optional("keep")?.Duration(min: KeepMin) ?? usual.WindowsKeep,
            Points = (place.Optional("points")?.Members() ?? []).ToImmutableDictionary(
                member => member.Key, member => Point(member.Key, member.Value, points), StringComparer.Ordinal),
        };
    }

    private static PointKeep Point(string name, JsonPlace place, IReadOnlyCollection<string> points)
    {
        if (!points.Contains(name))
            place.Wrong($"There is no point \"{name}\".", JsonPlace.Nearest(name, points) is { } near
                ? $"Did you mean \"{near}\"?" : "Name a point as `read` shows it, as in \"main.power.active\".");
        return new PointKeep(place.Optional("keepMinutes")?.Duration(min: KeepMin), place.Optional("keep")?.Duration(min: KeepMin));
    }
}
