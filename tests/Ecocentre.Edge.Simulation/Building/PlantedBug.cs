namespace Ecocentre.Edge.Simulation.Building;

/// <summary>A mistake put into a world on purpose: oracles that do not find it are worth nothing.</summary>
public enum PlantedBug
{
    None,

    /// <summary>The receiver says that it has taken an entry, and has not.</summary>
    EntryLost,

    /// <summary>A reading of a counter comes with half a kilowatt-hour too much, and so do all after it.</summary>
    EnergyInvented,

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
}
