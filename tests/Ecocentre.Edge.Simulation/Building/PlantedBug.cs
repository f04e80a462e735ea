namespace Ecocentre.Edge.Simulation.Building;

/// <summary>A mistake put into a world on purpose: oracles that do not find it are worth nothing.</summary>
public enum PlantedBug
{
    None,

    /// <summary>The receiver says that it has taken an entry, and has not.</summary>
    EntryLost,

    /// <summary>A reading of a counter comes with half a kilowatt-hour too much, and so do all after it.</summary>
    EnergyInvented,

    /// <summary>When a register rolls over, the gateway sees half a kilowatt-hour more than there was.</summary>
    RolloverMisread,

    /// <summary>A run of good readings is said to be missing on its way to the gateway.</summary>
    ReadingsForgotten,

    /// <summary>Readings of one minute come dated a quarter of an hour too early.</summary>
    ReadingsMisdated,

    /// <summary>A presence sensor that does not answer is taken for one that sees nobody.</summary>
    SilenceReadAsNobody,

    /// <summary>For a while presence sensors see nobody, whoever is there.</summary>
    PresenceForgotten,

    /// <summary>A pulse counter comes with ten pulses too many, and so do all readings after it.</summary>
    PulsesInvented,

    /// <summary>CO2 comes too high by as much as a wrong compensation makes it.</summary>
    CarbonMisjudged,

    /// <summary>From some time on the gateway's devices never end a poll.</summary>
    PollsHang,

    /// <summary>The database says now and then that it has taken lines, and has not.</summary>
    RowsLost,

    /// <summary>A window is appended to the log twice.</summary>
    WindowTwice,

    /// <summary>A verdict goes into the log with another level and coverage than the windows give.</summary>
    VerdictBent,

    /// <summary>A byte of a sealed day is changed.</summary>
    SealedDayChanged,

    /// <summary>Work piles up that nobody does.</summary>
    WorkForgotten,

    /// <summary>Something is decided by chance that no seed determines.</summary>
    ChanceUnseeded,
}
