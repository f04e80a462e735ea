using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;

namespace Ecocentre.Edge.Web;

/// <summary>How the centre stands against its label, for showing. Any thread.</summary>
/// <param name="SoFar">The period of that kind which runs; null until the log was taken up.</param>
/// <param name="Judge">Any period, from all that is known; null until the log was taken up.</param>
public sealed record LabelView(LabelProfile Profile, Func<PeriodKind, LabelVerdict?> SoFar, Func<Period, LabelVerdict?> Judge)
{
    /// <summary>In the profile's order, with the points and declared numbers of this centre.</summary>
    public ImmutableArray<BoundCriterion> Criteria { get; init; } = [];
}
