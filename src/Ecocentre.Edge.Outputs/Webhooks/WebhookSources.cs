using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>Where webhooks learn what there is to tell. Every member may be called from any thread.</summary>
public sealed record WebhookSources
{
    /// <summary>Id of the centre.</summary>
    public required string Centre { get; init; }

    public required ImmutableArray<Desk> Desks { get; init; }

    public required DeskHistory DeskChanges { get; init; }

    /// <summary>All desks now, and the sequence they show.</summary>
    public required Func<(ImmutableArray<DeskStatus> Desks, long Sequence)> DesksNow { get; init; }

    public required IEvidenceReader Log { get; init; }

    /// <summary>Sequence of the log's last entry when the site asked for its targets: a new one is told what came after.</summary>
    public required long AskedAt { get; init; }

    /// <summary>Since when something waits for a broker or database, or null.</summary>
    public required Func<Instant?> OutboxSince { get; init; }

    /// <summary>The label so far in the month that runs, or null.</summary>
    public Func<LabelVerdict?> LabelNow { get; init; } = static () => null;

    /// <summary>The gateway's clock.</summary>
    public required Func<Instant> Now { get; init; }
}
