namespace Ecocentre.Edge.Occupancy;

/// <summary>What is known of a desk. The names are published in small letters; they are added to, never renamed.</summary>
public enum DeskState : byte
{
    /// <summary>Not known: nothing was heard yet, its sensors warm up, or they are silent. Never to be read as free.</summary>
    Unknown,

    /// <summary>Nobody was there for longer than the hold time, and its sensors are alive.</summary>
    Free,

    /// <summary>Somebody is there.</summary>
    Occupied,

    /// <summary>Somebody left moments ago, or sits so still that the sensor lost them: not free yet.</summary>
    Held,

    /// <summary>A sensor is stuck: it says the same for longer than anybody sits.</summary>
    Fault,
}
