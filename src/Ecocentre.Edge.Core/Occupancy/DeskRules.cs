using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Occupancy;

/// <summary>How the readings of a desk's sensors become its state. Immutable plain data; a site may say each of these for all desks or for one.</summary>
/// <remarks>
/// <para>No standard fixes these times; the defaults follow what sensor makers and room systems publish, and are ours where nothing is named. They are
/// stored with the site's configuration, so that every figure made of occupancy names the times behind it.</para>
/// <para>How long a reading speaks for its sensor is the point's period times <see cref="GatewayLimits.HoldPeriods"/>: after that the sensor is silent and
/// the desk unknown.</para>
/// </remarks>
public sealed record DeskRules
{
    /// <summary>The rules used where a site says nothing.</summary>
    public static DeskRules Default { get; } = new();

    public DeskRule Rule { get; init; } = DeskRule.Any;

    /// <summary>For how long somebody must be seen, again and again with no pause longer than this, before a free desk is taken. Zero: at once. A
    /// passer-by in front of a PIR is seen for some seconds.</summary>
    public TimeSpan OnDelay { get; init; } = TimeSpan.Zero;

    /// <summary>How long after the last sight a taken desk stays occupied before it is held, or null for the default of its sensor's kind. Keeps the
    /// flicker of a PIR from being told. Never longer than the hold time.</summary>
    public TimeSpan? HeldAfter { get; init; }

    /// <summary>How long nobody must have been seen before a desk is free, or null for the default of its sensor's kind.</summary>
    public TimeSpan? Hold { get; init; }

    /// <summary>A sensor that says occupied without a break for longer is stuck. 14 h: nobody sits through it, and a bag on a chair left at closing
    /// time shows before the next day begins.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromHours(14);

    /// <summary>A sensor that changes more often than this in a minute, kept up for a minute, has a loose contact. 300: a PIR's element passes at most
    /// 10 Hz and people do not move at half of that for a minute; a loose contact under a debounce of 50 ms gives up to 1,200.</summary>
    public int ChatterEdgesMax { get; init; } = 300;

    // A PIR sees change only: a person who sits still disappears for minutes (Panasonic EKMC/EKMB; makers and room systems hold 10 to 20 min, Roomz
    // frees after 15). Presence sensors that see still people may be given less by the site.
    private static readonly TimeSpan HoldOfPresence = TimeSpan.FromMinutes(10), HeldAfterOfPresence = TimeSpan.FromMinutes(1);

    // Who shifts on a chair leaves its contact for seconds.
    private static readonly TimeSpan HoldOfContact = TimeSpan.FromSeconds(30), HeldAfterOfContact = TimeSpan.FromSeconds(5);

    /// <summary>The hold time of a sensor of that quantity.</summary>
    public TimeSpan HoldOf(Quantity quantity) => Hold ?? (quantity.Name == "contact" ? HoldOfContact : HoldOfPresence);

    /// <summary>The time after which a sensor of that quantity leaves its desk held, at most its hold time.</summary>
    public TimeSpan HeldAfterOf(Quantity quantity)
    {
        var (after, hold) = (HeldAfter ?? (quantity.Name == "contact" ? HeldAfterOfContact : HeldAfterOfPresence), HoldOf(quantity));
        return after < hold ? after : hold;
    }
}
