using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Web;

/// <summary>All that the web resources may see of a running gateway. Every member may be called from any thread.</summary>
public sealed class CentreView
{
    /// <summary>Id of the centre, as in MQTT topics.</summary>
    public required string Centre { get; init; }

    /// <summary>Name for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>IANA name of the centre's zone.</summary>
    public required string Zone { get; init; }

    public required string Version { get; init; }

    public required Instant Since { get; init; }

    /// <summary>Index equals <see cref="PointId"/>; private ones are never shown.</summary>
    public required ImmutableArray<Point> Points { get; init; }

    /// <summary>In the site's order, as snapshots index them.</summary>
    public ImmutableArray<Space> Spaces { get; init; } = [];

    /// <inheritdoc cref="Spaces"/>
    public ImmutableArray<Desk> Desks { get; init; } = [];

    /// <summary>When the centre is open; empty where the site does not say.</summary>
    public OpeningHours Opening { get; init; } = new([], []);

    /// <summary>Names of points by what the site says they are for, as in <c>main</c>, <c>pv</c>, <c>outdoorTemperature</c>.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> PointRoles { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Devices that are declared as instruments.</summary>
    public ImmutableArray<Instrument> Instruments { get; init; } = [];

    public required Func<Snapshot> Latest { get; init; }

    /// <summary>The changes of desks, at most a day of them.</summary>
    public DeskHistory DeskChanges { get; init; } = new();

    public required IEvidenceReader Log { get; init; }

    /// <summary>Null where the site names no label.</summary>
    public LabelView? Label { get; init; }

    /// <summary>Null where nothing is signed.</summary>
    public EvidenceView? Evidence { get; init; }

    /// <summary>Null where no packs are served.</summary>
    public PackView? Packs { get; init; }

    /// <summary>What answers are made of, in every language; empty where nobody tells them over.</summary>
    public ImmutableArray<Sentence> Sentences { get; init; } = [];

    /// <summary>What is wrong at this moment, worst first; empty when all is well.</summary>
    public required Func<IReadOnlyList<Trouble>> Troubles { get; init; }

    public Func<IReadOnlyList<BusCondition>> Buses { get; init; } = static () => [];

    /// <summary>Everybody outside who is told: brokers, databases, webhooks.</summary>
    public Func<IReadOnlyList<SinkCondition>> Sinks { get; init; } = static () => [];

    /// <summary>The gateway itself; null where that is not known.</summary>
    public Func<GatewayCondition?> Self { get; init; } = static () => null;

    /// <summary>Adds the gateway's own figures to those of <c>/metrics</c>.</summary>
    public Action<Figures> Measure { get; init; } = static _ => { };

    /// <summary>The gateway's clock.</summary>
    public required Func<Instant> Now { get; init; }

    /// <summary>For rates, waits and silences.</summary>
    public required TimeProvider Time { get; init; }
}
