using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Numbers that the gateway itself states about its evidence and its privacy, held against limits: how far the log's integrity is proven, the
/// smallest cell of exported occupancy, how long desk changes are kept.</summary>
/// <remarks>Up to three facts (<c>first</c>, <c>second</c>, <c>third</c>), each against a lowest or highest value of each level. A fact that nobody
/// states leaves the criterion undetermined: a promise that was not checked is not kept. The fact <c>evidenceStage</c> is nobody's to declare: it follows
/// from the records of the period (<see cref="EvidenceStage"/>).</remarks>
public sealed class DeclaredStage : CriterionKind
{
    /// <summary>Name of the fact that nobody declares.</summary>
    public const string StageFact = "evidenceStage";

    private static readonly string[] Facts = ["first", "second", "third"];

    public override string Name => "stated";

    public override ImmutableArray<NumberShape> Limits =>
        [.. Facts.SelectMany(f => new[] { new NumberShape(f + "Min", "*", Required: false), new NumberShape(f + "Max", "*", Required: false) })];

    public override ImmutableArray<InputShape> Inputs => [.. Facts.Select(f => new InputShape(f, InputSort.Fact, Required: false))];

    public override int SumCount => 0;

    public override void Measure(CriterionInput day, DayPart part)
    {
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var criterion = period.Criterion;
        var bound = Facts.Where(criterion.Inputs.ContainsKey).ToArray();
        var unit = criterion.Limits.Values.First(l => l.Name.StartsWith(bound[0], StringComparison.Ordinal)).Unit;
        var stated = bound.ToDictionary(f => f, f => Stated(period, f));
        return Whole(period, stated[bound[0]], unit, level => All(
        [
            .. bound.SelectMany(f => new[] { f + "Min", f + "Max" }.Where(criterion.Limits.ContainsKey)
                .Select(limit => Compare(criterion, limit, level, stated[f]))),
        ])) with
        {
            Text = string.Join(", ", bound.Select(f => $"{criterion.Inputs[f]} = {Word(stated[f])}")) + ".",
        };
    }

    private static double Stated(CriterionPeriod period, string input)
    {
        if (period.Criterion.Inputs[input] != StageFact) return period.Bound.Fact(input);
        if (period.Days.Count == 0) return double.NaN;
        var zone = period.Centre.Zone;
        return EvidenceStage.Of(period.Records.All, LocalDay.Of(period.Days[0].Date, zone).Start, LocalDay.Of(period.Days[^1].Date, zone).End);
    }

    private static string Word(double value) => double.IsNaN(value) ? "not stated" : Say($"{value}");
}
