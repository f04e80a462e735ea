namespace Ecocentre.Edge.Readings;

/// <summary>How far a reading can be trusted. Only <see cref="Good"/> counts for coverage.</summary>
public enum Quality : byte
{
    Good,

    /// <summary>Used, but not counted as coverage: clock not yet synchronised, sensor warming up.</summary>
    Questionable,

    /// <summary>The device answered with something that cannot be: out of bounds, not a number, its own "no value" mark.</summary>
    Invalid,

    /// <summary>The device was asked and did not answer. The value is NaN.</summary>
    Missing,
}
