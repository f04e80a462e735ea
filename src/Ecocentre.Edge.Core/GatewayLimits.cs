namespace Ecocentre.Edge;

/// <summary>Every bound of the gateway, by name. Sites may tighten or widen them; nothing is unbounded.</summary>
public sealed record GatewayLimits
{
    /// <summary>The limits used where a site says nothing.</summary>
    public static GatewayLimits Default { get; } = new();

    /// <summary>A good reading covers this many of its point's periods, or until the next reading if that comes first.
    /// 2.5: one poll may be lost without a hole, two in a row may not.</summary>
    public double HoldPeriods { get; init; } = 2.5;

    /// <summary>How long after its end a minute window waits for readings still on their way before it is closed and stored.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after its end a minute window may still be revised by a late reading. Longer windows close when their last
    /// minute can no longer change.</summary>
    public TimeSpan LateMax { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A reading further ahead of the gateway's clock than this is refused.</summary>
    public TimeSpan FutureMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Growth that a counter brings back after a longer silence than this (and its hold) is told as a gap.</summary>
    public TimeSpan GapMin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Stretches of the clock remembered, so that a minute lived twice is known.</summary>
    public int ErasMax { get; init; } = 64;

    /// <summary>Recent readings kept for one series beyond those that its period brings while they may still change a window: as many may come between.
    /// 16: a contact that chatters, and a device that is polled every second and does it a twelfth faster than said.</summary>
    public int SeriesReadingsSpare { get; init; } = 16;

    /// <summary>Most recent readings kept for one series. 4096: what may still change spans three minutes, a period of 45 ms fills it. 32 KiB, for such
    /// points only.</summary>
    public int SeriesReadingsMax { get; init; } = 4096;

    /// <summary>Wall and derived time may differ by this much.</summary>
    public TimeSpan ClockDifferenceMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Beats in a row for which they must differ before the clock is moved.</summary>
    public int ClockBeats { get; init; } = 3;

    /// <summary>Incidents one step may write; the rest is counted in one incident of kind Suppressed.</summary>
    public int IncidentsPerStepMax { get; init; } = 64;

    /// <summary>Readings waiting between the bus loops and the gateway loop; writers wait when it is full.</summary>
    public int ReadingsWaitingMax { get; init; } = 16_384;

    /// <summary>Incidents waiting between the bus loops and the gateway loop; writers wait when it is full.</summary>
    public int IncidentsWaitingMax { get; init; } = 1_024;

    /// <summary>Entries handed to a sink at once.</summary>
    public int BatchEntriesMax { get; init; } = 2_000;
}
