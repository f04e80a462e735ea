using System.Collections.Immutable;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.HomeAssistant;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Sparkplug;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web;

namespace Ecocentre.Edge.Sites;

/// <summary>What one gateway reads and whom it tells: a site file, checked once and plain data from then on.</summary>
public sealed record Site
{
    /// <summary>The file as the person named it.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the file's bytes, in small hexadecimal: which configuration was in force.</summary>
    public required string Digest { get; init; }

    /// <summary>The file's text.</summary>
    public string Text { get; init; } = "";

    /// <summary>Id of the centre: every topic and database tag.</summary>
    public required string Centre { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The building's zone.</summary>
    public required TimeZoneInfo Zone { get; init; }

    public ClockTrust Clock { get; init; }

    public required ImmutableArray<Space> Spaces { get; init; }

    /// <summary>Height above the sea in m, or null.</summary>
    public double? AltitudeMetres { get; init; }

    public Outdoor Outdoor { get; init; } = Outdoor.None;

    /// <summary>Null: the site does not say.</summary>
    public OpeningHours? Opening { get; init; }

    public required ImmutableArray<BusOptions> Buses { get; init; }

    /// <summary>How each bus is read, in the same order.</summary>
    public required ImmutableArray<BusPlan> Plans { get; init; }

    /// <summary>Desks, and all points: those of the buses and after them those that the gateway derives.</summary>
    public required OccupancyPlan Occupancy { get; init; }

    /// <summary>Index equals <see cref="PointId"/>.</summary>
    public ImmutableArray<Point> Points => Occupancy.Points;

    /// <summary>What people enter by hand.</summary>
    public ImmutableArray<EntryPoint> Entries { get; init; } = [];

    /// <summary>Devices that are declared as instruments.</summary>
    public ImmutableArray<Instrument> Instruments { get; init; } = [];

    /// <summary>Null: the centre is judged by no label.</summary>
    public LabelOptions? Label { get; init; }

    /// <summary>What the site says about its evidence.</summary>
    public EvidenceOptions Evidence { get; init; } = new();

    /// <summary>Under which name checkpoints are signed.</summary>
    public string Origin => Evidence.Origin ?? $"ecocentre-edge/{Centre}";

    /// <summary>Path of the log's file.</summary>
    public required string LogPath { get; init; }

    public required LogOptions Log { get; init; }

    /// <summary>How long the archive is kept.</summary>
    public ArchiveOptions Archive { get; init; } = ArchiveOptions.Default;

    /// <summary>Null: no broker is told.</summary>
    public MqttOptions? Mqtt { get; init; }

    /// <summary>Null: Home Assistant is not told what there is. Only with <see cref="Mqtt"/>.</summary>
    public HomeAssistantOptions? HomeAssistant { get; init; }

    /// <summary>Null: no Sparkplug host is told.</summary>
    public SparkplugOptions? Sparkplug { get; init; }

    /// <summary>Null: no database is told directly.</summary>
    public InfluxOptions? Influx { get; init; }

    /// <summary>Targets that events are posted to.</summary>
    public ImmutableArray<WebhookOptions> Webhooks { get; init; } = [];

    /// <summary>Null: nothing listens.</summary>
    public WebOptions? Http { get; init; }
}

/// <summary>When the box's clock is believed.</summary>
public enum ClockTrust : byte
{
    /// <summary>When the kernel says that it is synchronised (NTP, PTP).</summary>
    Kernel,

    /// <summary>Always: the box has a clock of its own that is right.</summary>
    Trusted,
}
