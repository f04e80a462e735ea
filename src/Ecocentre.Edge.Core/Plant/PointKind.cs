namespace Ecocentre.Edge.Plant;

/// <summary>How the values of a point behave in time, which decides how its windows are aggregated.</summary>
public enum PointKind : byte
{
    /// <summary>A level, valid from one reading until the next: power, CO2, temperature.</summary>
    Gauge,

    /// <summary>An ever-growing total kept by the device itself: energy, pulses. What counts is the difference of two readings.</summary>
    Counter,

    /// <summary>On or off, 1 or 0, valid from one reading until the next: presence, a contact.</summary>
    State,
}
