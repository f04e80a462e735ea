using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Criteria;

/// <summary>What a criterion is judged for: a space, or the centre as a whole.</summary>
/// <param name="AreaSquareMetres">NaN where nobody declared it.</param>
/// <param name="VolumeCubicMetres">Likewise.</param>
public sealed record Cell(string Name, Space? Space, double AreaSquareMetres, double VolumeCubicMetres);

/// <summary>A criterion with the points, facts and spaces of one centre found for it. Immutable.</summary>
public sealed class BoundCriterion
{
    private readonly ImmutableDictionary<string, ImmutableArray<ImmutableArray<int>>> _tracks;
    private readonly TrackTable _table;

    private BoundCriterion(
        Criterion criterion, LabelProfile profile, CentreFacts centre, ImmutableArray<Cell> cells,
        ImmutableDictionary<string, ImmutableArray<ImmutableArray<int>>> tracks, TrackTable table, ImmutableArray<string> missing)
    {
        (Criterion, Profile, Centre, Cells, _tracks, _table, Missing) = (criterion, profile, centre, cells, tracks, table, missing);
        SlotMinutes = (int)criterion.Step.TotalMinutes;
    }

    public Criterion Criterion { get; }

    public LabelProfile Profile { get; }

    public CentreFacts Centre { get; }

    /// <summary>One for the centre; or those spaces that people use: with desks, a declared number of people, or a point of the criterion.</summary>
    public ImmutableArray<Cell> Cells { get; }

    /// <summary>Required inputs that this centre does not have, in words; not empty: not applicable.</summary>
    public ImmutableArray<string> Missing { get; }

    public int SlotMinutes { get; }

    /// <summary>Whether an input has points here.</summary>
    public bool Has(string input) => _tracks.TryGetValue(input, out var cells) && cells.Any(tracks => !tracks.IsEmpty);

    /// <summary>A declared number bound to an input, NaN where the profile or the site names none.</summary>
    public double Fact(string input) => Criterion.Inputs.TryGetValue(input, out var name) ? Centre.FactOf(name) : double.NaN;

    /// <summary>What it is judged from: of each input the points, by space where it has one for each, or the declared number.</summary>
    public IEnumerable<CriterionSource> Sources()
    {
        foreach (var input in Criterion.Kind.Inputs)
        {
            if (_tracks.TryGetValue(input.Name, out var cells))
            {
                for (var cell = 0; cell < cells.Length; cell++)
                    if (!cells[cell].IsEmpty)
                        yield return new CriterionSource(
                            input.Name, input.Sort == InputSort.BySpace ? Cells[cell].Space?.Id : null, [.. cells[cell].Select(track => _table[track].Name)],
                            null);
            }
            else if (Criterion.Inputs.TryGetValue(input.Name, out var name) && Centre.Facts.TryGetValue(name, out var fact))
                yield return new CriterionSource(input.Name, null, [], fact);
        }
    }

    /// <summary>Indexes of the points of an input in a cell.</summary>
    internal ImmutableArray<int> Tracks(string input, int cell) =>
        _tracks.TryGetValue(input, out var cells) ? cells.Length == 1 ? cells[0] : cells[cell] : [];

    /// <summary>Names of the points of an input, over all cells.</summary>
    internal IEnumerable<string> Points(string input, TrackTable table) =>
        _tracks.TryGetValue(input, out var cells) ? cells.SelectMany(tracks => tracks).Distinct().Select(track => table[track].Name) : [];

    internal static BoundCriterion Bind(Criterion criterion, LabelProfile profile, CentreFacts centre, TrackTable table)
    {
        var inputs = criterion.Kind.Inputs;
        var cells = CellsOf(criterion, centre);
        var tracks = ImmutableDictionary.CreateBuilder<string, ImmutableArray<ImmutableArray<int>>>();
        var missing = ImmutableArray.CreateBuilder<string>();
        foreach (var input in inputs)
        {
            var bound = criterion.Inputs.GetValueOrDefault(input.Name);
            if (bound is not null && input.Sort == InputSort.BySpace)
                tracks[input.Name] = [.. cells.Select(cell => table.BySpace(bound, cell.Space?.Id, criterion.Step))];
            else if (bound is not null && input.Sort == InputSort.Role)
                tracks[input.Name] = [[.. centre.Roles.GetValueOrDefault(bound, []).Select(name => table.Named(name, criterion.Step)).Where(i => i >= 0)]];
            if (!input.Required || bound is null) continue;
            switch (input.Sort)
            {
                case InputSort.BySpace when tracks[input.Name].All(t => t.IsEmpty):
                    missing.Add($"{criterion.Id} needs {bound}: no such point");
                    break;
                case InputSort.Role when tracks[input.Name][0].IsEmpty:
                    missing.Add($"{criterion.Id} needs points of the role \"{bound}\": the site names none");
                    break;
                case InputSort.Fact when double.IsNaN(centre.FactOf(bound)):
                    missing.Add($"{criterion.Id} needs the declared fact \"{bound}\": the site states none");
                    break;
            }
        }
        foreach (var cell in cells) table.BySpace(OccupiedTime.Quantity, cell.Space?.Id, criterion.Step);
        return new BoundCriterion(criterion, profile, centre, cells, tracks.ToImmutable(), table, missing.ToImmutable());
    }

    private static ImmutableArray<Cell> CellsOf(Criterion criterion, CentreFacts centre)
    {
        if (criterion.Scope == Scope.Centre)
            return [new Cell("centre", null, centre.AreaSquareMetres, centre.Spaces.Sum(s => s.AreaSquareMetres * s.HeightMetres) ?? double.NaN)];
        var quantities = criterion.Kind.Inputs.Where(i => i.Sort == InputSort.BySpace && i.Required)
            .Select(i => criterion.Inputs.GetValueOrDefault(i.Name)).ToHashSet();
        return
        [
            .. centre.Spaces
                .Where(s => s.PeopleMax > 0 || centre.Desks.Any(d => d.Space == s.Id)
                    || centre.Points.Any(p => p.Place == s.Id && quantities.Contains(p.Quantity) && !centre.IsOutdoor(p.Name)))
                .Select(s => new Cell(s.Id, s, s.AreaSquareMetres ?? double.NaN, s.AreaSquareMetres * s.HeightMetres ?? double.NaN)),
        ];
    }
}

/// <summary>What a criterion has an input from.</summary>
/// <param name="Space">Id of the space the points speak for; null: for the centre.</param>
/// <param name="Points">Names; empty for a declared number.</param>
public sealed record CriterionSource(string Input, string? Space, ImmutableArray<string> Points, DeclaredFact? Declared);
