using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Web;

/// <summary>All that the web resources may see of a running gateway. Every member may be called from any thread.</summary>
public sealed class CentreView
{
    /// <summary>Id of the centre, as in MQTT topics.</summary>
    public required string Centre { get; init; }

    /// <summary>IANA name of the centre's zone.</summary>
    public required string Zone { get; init; }

    public required string Version { get; init; }

    public required Instant Since { get; init; }

    /// <summary>Index equals <see cref="PointId"/>.</summary>
    public required ImmutableArray<Point> Points { get; init; }

    public required Func<Snapshot> Latest { get; init; }

    public required IEvidenceReader Log { get; init; }

    /// <summary>What is wrong at this moment, worst first; empty when all is well.</summary>
    public required Func<IReadOnlyList<Trouble>> Troubles { get; init; }
}
