using System.Collections.Immutable;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Mqtt;
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

    /// <summary>Id of the centre: every topic and database tag.</summary>
    public required string Centre { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The building's zone.</summary>
    public required TimeZoneInfo Zone { get; init; }

    public ClockTrust Clock { get; init; }

    public required ImmutableArray<Space> Spaces { get; init; }

    public required ImmutableArray<BusOptions> Buses { get; init; }

    /// <summary>Path of the log's file.</summary>
    public required string LogPath { get; init; }

    public required LogOptions Log { get; init; }

    /// <summary>Null: no broker is told.</summary>
    public MqttOptions? Mqtt { get; init; }

    /// <summary>Null: no database is told directly.</summary>
    public InfluxOptions? Influx { get; init; }

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
