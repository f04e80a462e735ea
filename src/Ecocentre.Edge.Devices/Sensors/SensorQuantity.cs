namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>One thing a type of sensor measures.</summary>
/// <param name="Name">A legal <see cref="Plant.Quantity"/>.</param>
/// <param name="Min">Smallest value the maker says it can show, in the canonical unit, included; outside is invalid.</param>
/// <param name="Max">Likewise the largest.</param>
public sealed record SensorQuantity(string Name, double Min, double Max)
{
    /// <summary>For how long after a start its readings are questionable.</summary>
    public TimeSpan WarmUp { get; init; }
}
