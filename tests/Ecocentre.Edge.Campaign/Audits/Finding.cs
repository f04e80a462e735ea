using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Audits;

/// <summary>What can be found.</summary>
internal enum FindingKind
{
    /// <summary>A window or an entry is not there.</summary>
    Lost,

    /// <summary>Something stands twice.</summary>
    Duplicated,

    /// <summary>A number is not what was so.</summary>
    Wrong,
}

/// <summary>One thing that an audit found.</summary>
/// <param name="At">When it was, on the machine's clock, or null when that says nothing.</param>
/// <param name="Window">The window it is about, or null.</param>
/// <param name="Cause">The incident that names it, or null: then nobody was told, and the campaign has failed.</param>
internal sealed record Finding(FindingKind Kind, string Words, Instant? At = null, PublishedWindow? Window = null, string? Cause = null)
{
    public bool IsBad => Kind != FindingKind.Lost || Cause is null;
}
