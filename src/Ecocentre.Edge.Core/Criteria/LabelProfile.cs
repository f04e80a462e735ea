using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria;

/// <summary>A label: its criteria and how their verdicts make a level. Read from one file of <c>config/labels</c>. Immutable.</summary>
public sealed record LabelProfile
{
    /// <summary>Name of the file without ending.</summary>
    public required string Id { get; init; }

    public required string Version { get; init; }

    public required string Title { get; init; }

    public required ImmutableArray<Criterion> Criteria { get; init; }

    /// <summary>Share of a slot somebody must have been seen for the slot to be occupied.</summary>
    public required Setting PresenceShareMin { get; init; }

    /// <summary>Coverage a presence window must have to be believed; otherwise opening hours stand in.</summary>
    public required Setting PresenceCoverageMin { get; init; }

    /// <summary>Share of the applicable criteria that are not mandatory which must reach a level.</summary>
    public required Setting OptionalShareMin { get; init; }

    /// <summary>Dated factors (carbon, primary energy) by name of the table.</summary>
    public ImmutableDictionary<string, FactorTable> Factors { get; init; } = ImmutableDictionary<string, FactorTable>.Empty;

    /// <summary>As verdicts name it.</summary>
    public string FullName => $"{Id} {Version}";
}

/// <summary>Factors that change from time to time, each with the day it begins to hold.</summary>
public sealed record FactorTable(string Name, string Unit, ImmutableArray<DatedFactor> Rows)
{
    /// <summary>The factor of a carrier on a day: the newest that has begun; null where there is none.</summary>
    public DatedFactor? On(string carrier, DateOnly date) =>
        Rows.Where(r => r.Carrier == carrier && r.Since <= date).MaxBy(r => r.Since);
}

/// <summary>A factor of a carrier (<c>electricity</c>, <c>gas</c>) from a day on.</summary>
public sealed record DatedFactor(string Carrier, DateOnly Since, double Value, NumberSource Source);
