using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge;

/// <summary>The picture of now for those who know one site's points and desks by their numbers: when the site changes, it stands still, and what was made
/// for the next site looks at another one.</summary>
internal sealed class CentrePicture
{
    private Snapshot _latest;

    /// <summary>Until the first snapshot nothing is known.</summary>
    internal CentrePicture(Site site, Instant now)
    {
        ImmutableArray<Reading> unread = [.. site.Points.Select(point => new Reading(point.Id, default, double.NaN, Quality.Missing))];
        _latest = new Snapshot(now, 0, ClockTrusted: false, unread, [])
        {
            Desks = [.. site.Occupancy.Desks.Select((_, index) => new DeskStatus(index, DeskState.Unknown, default, default, default, 0, 0))],
        };
    }

    /// <summary>Any thread; set by the loop that judges.</summary>
    internal Snapshot Latest
    {
        get => Volatile.Read(ref _latest);
        set => Volatile.Write(ref _latest, value);
    }
}
