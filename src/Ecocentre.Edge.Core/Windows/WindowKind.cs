namespace Ecocentre.Edge.Windows;

/// <summary>The lengths of window the gateway keeps.</summary>
public enum WindowKind : byte
{
    /// <summary>10 s, for people who watch; never stored.</summary>
    Live,
    Minute,
    QuarterHour,
    Hour,

    /// <summary>Midnight to midnight in the centre's zone.</summary>
    Day,
}
