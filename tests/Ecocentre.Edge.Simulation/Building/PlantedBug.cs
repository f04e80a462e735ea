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
}
