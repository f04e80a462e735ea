using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge;

/// <summary>What a centre told of once and has no longer, as its log and archive remember it.</summary>
internal static class GonePlant
{
    // A profile changes some times a year; what was told by an older one was cleared long ago.
    private const int ProfilesMax = 8;

    /// <summary>Names of points, the newest last. One that watches a single desk now is gone, too.</summary>
    internal static IReadOnlyList<string> PointsOf(RunningCentre centre) =>
        [.. centre.Log.PointNames().Except(centre.Points.Where(point => !point.Private).Select(point => point.Name), StringComparer.Ordinal)];

    /// <summary>Ids of criteria, the newest last.</summary>
    internal static IReadOnlyList<string> CriteriaOf(RunningCentre centre)
    {
        var profiles = centre.Log.Records().Select(entry => entry.Fact).OfType<RecordFact>().Select(record => ConfigurationRecord.From(record)?.Profile)
            .OfType<string>().Distinct(StringComparer.Ordinal).TakeLast(ProfilesMax);
        return [.. profiles.SelectMany(profile => Ids(centre, profile)).Distinct(StringComparer.Ordinal)
            .Except((centre.Site.Label?.Profile.Criteria ?? []).Select(criterion => criterion.Id), StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> Ids(RunningCentre centre, string profile)
    {
        try
        {
            return centre.Archive.Text(profile) is { } text ? LabelProfileFile.CriteriaOf(text) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A card that is worn there: its topics stay as they are.
            return [];
        }
    }
}
