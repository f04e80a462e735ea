using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Criteria;

/// <summary>What the site declares of the centre, as far as criteria need it. Immutable.</summary>
public sealed record CentreFacts
{
    public required TimeZoneInfo Zone { get; init; }

    public ImmutableArray<Space> Spaces { get; init; } = [];

    public ImmutableArray<Desk> Desks { get; init; } = [];

    /// <summary>Every point that has windows in the log; private points have none.</summary>
    public ImmutableArray<Series> Points { get; init; } = [];

    public OpeningHours Opening { get; init; } = new([], []);

    /// <summary>Names of points by role, as in <c>main</c>, <c>pv</c>, <c>heating</c>, <c>outdoorTemperature</c>, <c>outdoorCo2</c>.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Roles { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Numbers the site declares, by name.</summary>
    public ImmutableDictionary<string, DeclaredFact> Facts { get; init; } = ImmutableDictionary<string, DeclaredFact>.Empty;

    /// <summary>What is entered by hand.</summary>
    public ImmutableArray<EntryPoint> EntryPoints { get; init; } = [];

    /// <summary>By name of the device.</summary>
    public ImmutableDictionary<string, Instrument> Instruments { get; init; } = ImmutableDictionary<string, Instrument>.Empty;

    /// <summary>Floor area of all spaces that declare one, in m²; NaN where none does.</summary>
    public double AreaSquareMetres
    {
        get
        {
            var areas = Spaces.Where(s => s.AreaSquareMetres is not null).ToArray();
            return areas.Length == 0 ? double.NaN : areas.Sum(s => s.AreaSquareMetres!.Value);
        }
    }

    /// <summary>Whether a point hangs outside; it then speaks for no space.</summary>
    public bool IsOutdoor(string point) => Roles.Any(r => r.Key.StartsWith("outdoor", StringComparison.Ordinal) && r.Value.Contains(point));

    /// <summary>A declared number, NaN where the site declares none.</summary>
    public double FactOf(string name) => Facts.TryGetValue(name, out var fact) ? fact.Value : double.NaN;
}

/// <summary>A number the site declares: consumption of a reference year, workplaces offered, avoided kilometres.</summary>
/// <param name="Source">Where the site has it from, in words.</param>
public sealed record DeclaredFact(string Name, double Value, string Unit, string Source);
