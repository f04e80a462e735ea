using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Web.Meanings;

/// <summary>The centre as other building software wants to know it: places, equipment and points, and how they belong together. Made once.</summary>
internal sealed class CentrePlant
{
    public CentrePlant(CentreView view)
    {
        View = view;
        var roles = view.PointRoles.SelectMany(role => role.Value.Select(name => (Name: name, Role: role.Key))).ToLookup(pair => pair.Name, pair => pair.Role);
        var spaces = view.Spaces.Select(space => space.Id).ToHashSet(StringComparer.Ordinal);
        Points =
        [
            .. view.Points.Where(point => !point.Private)
                .Select(point => new PlantPoint(point, Meaning.Of(point.Quantity), [.. roles[point.Name].Order(StringComparer.Ordinal)])
                {
                    Space = point.Place is { } place && spaces.Contains(place) ? place : null,
                }),
        ];
        var instruments = view.Instruments.DistinctBy(one => one.Device).ToDictionary(one => one.Device, StringComparer.Ordinal);
        // What the gateway reckons itself has no equipment: it is of the place.
        Equipment = [.. Points.Where(point => !point.Point.Derived).GroupBy(point => point.Point.Device, StringComparer.Ordinal)
            .Select(device => new PlantEquipment(device.Key, [.. device], instruments.GetValueOrDefault(device.Key)))];
        Storeys = [.. view.Spaces.Select(space => space.Storey).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    public CentreView View { get; }

    public ImmutableArray<PlantPoint> Points { get; }

    public ImmutableArray<PlantEquipment> Equipment { get; }

    /// <summary>As the building names them.</summary>
    public ImmutableArray<string> Storeys { get; }
}

/// <summary>A point and what it means.</summary>
/// <param name="Roles">What the site says it is for.</param>
internal sealed record PlantPoint(Point Point, Meaning Meaning, ImmutableArray<string> Roles)
{
    /// <summary>Id of the space it is in, or null for the centre as a whole.</summary>
    public string? Space { get; init; }

    public bool IsOutdoor => Roles.Any(role => role.StartsWith("outdoor", StringComparison.Ordinal));

    /// <summary>Brick class without its namespace: that of the quantity, or a nearer one where the place is known.</summary>
    public string Brick => (Point.Quantity.Name, IsOutdoor, Space is not null) switch
    {
        ("temperature", true, _) => "Outside_Air_Temperature_Sensor",
        ("co2", true, _) => "Outside_Air_CO2_Sensor",
        ("humidity", true, _) => "Outside_Air_Humidity_Sensor",
        ("temperature", false, true) => "Zone_Air_Temperature_Sensor",
        ("humidity", false, true) => "Zone_Air_Humidity_Sensor",
        _ => Meaning.Brick,
    };
}

/// <summary>A device of the site.</summary>
/// <param name="Instrument">As it is declared, or null.</param>
internal sealed record PlantEquipment(string Name, ImmutableArray<PlantPoint> Points, Instrument? Instrument)
{
    /// <summary>The space that all its points are in, or null.</summary>
    public string? Space => Points.Select(point => point.Space).Distinct().ToArray() is [{ } only] ? only : null;

    /// <summary>It counts what the whole centre takes.</summary>
    public bool IsMain => Points.Any(point => point.Roles.Contains("main"));

    /// <summary>It counts what the centre makes.</summary>
    public bool IsSource => Points.Any(point => point.Roles.Contains("pv"));

    public bool IsElectric => Has("energy.active") || Has("power.active");

    public bool IsWater => Has("water");

    public bool IsAir => Has("co2") || Has("voc") || Has("pm") || Has("nox");

    public bool IsPresence => Points.All(point => point.Point.Quantity.Name == "presence");

    /// <summary>Brick class without its namespace.</summary>
    public string Brick => this switch
    {
        { IsElectric: true, IsMain: true } => "Building_Electrical_Meter",
        { IsElectric: true } => "Electrical_Meter",
        { IsWater: true } => "Water_Meter",
        { IsAir: true } => "IAQ_Sensor_Equipment",
        { IsPresence: true } => "Occupancy_Sensor_Equipment",
        _ => "Sensor_Equipment",
    };

    private bool Has(string quantity) =>
        Points.Any(point => point.Point.Quantity.Name == quantity || point.Point.Quantity.Name.StartsWith(quantity + ".", StringComparison.Ordinal));
}
