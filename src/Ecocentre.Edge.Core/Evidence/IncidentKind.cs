namespace Ecocentre.Edge.Evidence;

/// <summary>What weakened evidence. The names are published; they are added to, never renamed.</summary>
public enum IncidentKind : byte
{
    // Counters
    Glitch = 1, Rollover, Reset, Swap, RateImplausible,

    // Readings
    OutOfBounds = 20, TooLate, FromFuture, Crowded, Gap,

    // Clock
    ClockStep = 40, ClockSynchronised,

    // Devices
    DeviceLost = 60, DeviceBack, RequestRefused, EdgesLost, DeviceUnwell, DeviceWell, InstrumentDiffers, BusRestarted,

    // Presence sensors
    SensorStuck = 70, SensorFreed,

    // The log and its sinks
    LogUnavailable = 80, LogBack, EntriesDropped, EntryRejected, LogSalvaged, ArchiveUnavailable, ArchiveBack,

    // Signing
    KeyLost = 90, SigningRefused, SigningBack,

    // The gateway itself
    Started = 100, Stopped, ConfigurationChanged, ConfigurationRefused,

    /// <summary>The log was restored from a backup; the text says what is not in it.</summary>
    Restored = 110,

    /// <summary>More incidents than the limit arose in one step; the text says how many of which kind were left out.</summary>
    Suppressed = 120,
}
