using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;

namespace Ecocentre.Edge.Sites;

/// <summary>By which label a centre is judged, and what the site declares for it.</summary>
/// <param name="Points">Names of points or entry points by role, as in <c>main</c>, <c>pv</c>, <c>waste</c>.</param>
public sealed record LabelOptions(
    LabelProfile Profile, ImmutableDictionary<string, ImmutableArray<string>> Points, ImmutableDictionary<string, DeclaredFact> Facts)
{
    /// <summary>Text of the profile's file.</summary>
    public string ProfileText { get; init; } = "";

    /// <summary>Texts of the files of factors, by name of the table.</summary>
    public ImmutableSortedDictionary<string, string> FactorTexts { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
