using System.Collections.Frozen;
using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices;

/// <summary>How a device does, as its bus loop sees it. Immutable picture of one moment; counts are since start.</summary>
/// <param name="IsAlive">It answered lately; false until its first answer.</param>
/// <param name="LastGoodAt">When it last gave a value, or null.</param>
/// <param name="Polls">Exchanges and rests, faulty ones included.</param>
/// <param name="Faults">By kind; kinds that never came are absent.</param>
/// <param name="LastFault">Words of the latest fault, or null.</param>
/// <param name="LatencyMilliseconds">Usual time of an answered poll (moving mean over about sixteen).</param>
/// <param name="DelayMilliseconds">Usual wait for the bus beyond the due time (moving mean): grows when the bus is overfull.</param>
public sealed record DeviceHealth(
    string Name, bool IsAlive, Instant? LastGoodAt, long Polls, long Readings, FrozenDictionary<FaultKind, long> Faults, string? LastFault,
    double LatencyMilliseconds, double DelayMilliseconds);

/// <summary>How a bus does. Immutable picture of one moment.</summary>
/// <param name="UseShare">Share of its time in which it was in use, over the last full minute (since start in the first one).</param>
public sealed record BusHealth(string Name, double UseShare, ImmutableArray<DeviceHealth> Devices);
