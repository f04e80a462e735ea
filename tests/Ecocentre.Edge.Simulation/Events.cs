using Ecocentre.Edge.Simulation.Outside;

namespace Ecocentre.Edge.Simulation;

/// <summary>Shares of replies between 0 and 1.</summary>
public sealed record WireTrouble(double Silent, double Late, double Truncated, double Flipped, double Refused)
{
    /// <summary>Replies that name another unit.</summary>
    public double WrongUnit { get; init; }
}

/// <summary>Shares of transfers between 0 and 1.</summary>
public sealed record ChipTrouble(double Nack, double Flipped);

/// <summary>Shares of messages between 0 and 1: what a broker may do and still call itself one.</summary>
/// <param name="Lost">Acknowledged, and handed on to nobody.</param>
/// <param name="Duplicated">Handed on twice.</param>
/// <param name="Reordered">Handed on so late that others overtake it.</param>
/// <param name="Unacknowledged">Handed on, and the sender never hears of it.</param>
public sealed record BrokerTrouble(double Lost, double Duplicated, double Reordered, double Unacknowledged)
{
    /// <summary>The broker keeps what it cannot hand on for clients that it has seen; else it forgets them as soon as they are gone.</summary>
    public bool KeepsSessions { get; init; }
}

/// <summary>Something that happens once, at a time since the beginning.</summary>
public abstract record Event(TimeSpan At);

/// <summary>A meter does not answer for a while.</summary>
public sealed record DeviceDead(TimeSpan At, int Meter, TimeSpan For) : Event(At);

/// <summary>A meter's energy register shows something else for a while, kWh.</summary>
public sealed record RegisterGlitch(TimeSpan At, int Meter, TimeSpan For, double Shown) : Event(At);

/// <summary>A meter's energy register is set back to zero.</summary>
public sealed record RegisterReset(TimeSpan At, int Meter) : Event(At);

/// <summary>A meter is taken out, the exchange is announced to the gateway, and another one with its own register (kWh) answers.</summary>
public sealed record MeterSwapped(TimeSpan At, int Meter, TimeSpan For, double Register) : Event(At);

/// <summary>The receiver fails for a while.</summary>
public sealed record ReceiverFails(TimeSpan At, TimeSpan For, ReceiverFault Fault) : Event(At);

/// <summary>Someone sets the wall clock.</summary>
public sealed record ClockStepped(TimeSpan At, TimeSpan By) : Event(At);

/// <summary>The last second of a day comes twice, as kernels have it (adjtimex(2), TIME_INS).</summary>
public sealed record LeapSecond(TimeSpan At) : Event(At);

/// <summary>The process dies before one of its next steps, if it takes that many before the calm, and is started again after a while.</summary>
public sealed record ProcessKilled(TimeSpan At, int Steps, TimeSpan Away) : Event(At);

/// <summary>The same by a power cut: what was not synced is on the disk or is not, sector by sector.</summary>
public sealed record PowerCut(TimeSpan At, int Steps, TimeSpan Away) : Event(At);

/// <summary>The process is killed, and until it is started again a bit turns in a file of the log, or its end is torn off.</summary>
public sealed record CardWorn(TimeSpan At, int Steps, TimeSpan Away, CardDamage Damage) : Event(At);

/// <summary>No file can grow for a while.</summary>
public sealed record DiskFull(TimeSpan At, TimeSpan For) : Event(At);

/// <summary>Nothing can be written for a while.</summary>
public sealed record DiskFails(TimeSpan At, TimeSpan For) : Event(At);

/// <summary>The network to the meters is gone for a while, and its connections with it.</summary>
public sealed record NetworkCut(TimeSpan At, TimeSpan For) : Event(At);

/// <summary>The broker is gone for a while, and forgets everything.</summary>
public sealed record BrokerAway(TimeSpan At, TimeSpan For) : Event(At);

/// <summary>The process that fills the database dies before one of its next steps and is started again after a while.</summary>
public sealed record IngestDies(TimeSpan At, int Steps, TimeSpan Away) : Event(At);

/// <summary>The database fails for a while.</summary>
public sealed record DatabaseFails(TimeSpan At, TimeSpan For, DatabaseFault Fault) : Event(At);

/// <summary>The database loses what it said it had stored within a while, and somebody asks for it to be sent again.</summary>
public sealed record DatabaseForgets(TimeSpan At, TimeSpan Back) : Event(At);

/// <summary>A box without a battery clock: it begins in 1970 and learns the time later.</summary>
public sealed record BornIn1970(TimeSpan At, TimeSpan SynchronisedAt) : Event(At);

/// <summary>The GPIO chip with all lines is unplugged for a while.</summary>
public sealed record LinesGone(TimeSpan At, TimeSpan For) : Event(At);

/// <summary>A changed site is applied under the running gateway: the last meter is not in it any more, or is in it from now on.</summary>
public sealed record SiteChanged(TimeSpan At, bool Removes) : Event(At);

/// <summary>A changed site is refused: a point of it has another quantity than in the log.</summary>
public sealed record SiteRefused(TimeSpan At) : Event(At);

/// <summary>The wires of the I2C bus are held low for a while.</summary>
public sealed record ChipBusStuck(TimeSpan At, TimeSpan For) : Event(At);

/// <summary>The CO2 sensor has no power for a while.</summary>
public sealed record ChipGone(TimeSpan At, TimeSpan For) : Event(At);

/// <summary>A loose wire on a line beside those of the desks gives so many edges at once: more than the kernel keeps, if there are many.</summary>
public sealed record LooseWire(TimeSpan At, int Edges) : Event(At);

/// <summary>The line of a desk says the same for a while.</summary>
public sealed record DeskLineStuck(TimeSpan At, int Desk, TimeSpan For, bool IsActive) : Event(At);

/// <summary>What a worn card does to the log while nobody has it open.</summary>
public enum CardDamage
{
    /// <summary>A bit turns in the database.</summary>
    BitInLog,

    /// <summary>A bit turns in the write-ahead file.</summary>
    BitInTail,

    /// <summary>The write-ahead file ends somewhere before its end.</summary>
    TailTorn,

    /// <summary>The guard, the copy of the records and the last checkpoint are gone.</summary>
    CompanionsGone,

    /// <summary>The copy of the records ends somewhere before its end.</summary>
    RecordsTorn,
}
