using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Whether the model that stands behind the climate adjustment describes this centre: CV(RMSE) and NMBE by month and by day (ASHRAE Guideline
/// 14).</summary>
/// <remarks>The model is fitted to days; months are sums of its days. The bias of days is zero by the method of least squares, that of months by nearly
/// nothing: what decides is the spread.</remarks>
public sealed class BaselineQuality : CriterionKind
{
    public override string Name => "baseline-quality";

    public override ImmutableArray<NumberShape> Limits =>
        [new("monthlyCvMax", "1"), new("monthlyBiasMax", "1"), new("dailyCvMax", "1", Required: false)];

    public override ImmutableArray<NumberShape> Settings => [EnergyDays.DayCoverageMin, .. BalanceGrid.Settings];

    public override ImmutableArray<InputShape> Inputs => [new("energy", InputSort.Role), new("outdoor", InputSort.Role)];

    public override int SumCount => EnergyDays.SumCount;

    public override void Measure(CriterionInput day, DayPart part) => EnergyDays.Measure(day, part);

    public override Finding Judge(CriterionPeriod period)
    {
        var days = EnergyDays.Of(period);
        if (EnergyDays.Fit(period, days) is not { } model)
            return Whole(period, double.NaN, "1", level => Compare(period.Criterion, "monthlyCvMax", level, double.NaN)) with
            {
                Text = "Too few days for a model.",
            };
        var byMonth = days.GroupBy(d => (d.Date.Year, d.Date.Month)).OrderBy(g => g.Key)
            .Select(g => (Measured: g.Sum(d => d.Energy), Predicted: g.Sum(d => model.Predict(d.Outdoor)))).ToArray();
        double[] measured = [.. byMonth.Select(m => m.Measured)], predicted = [.. byMonth.Select(m => m.Predicted)];
        var (cv, bias) = (ModelError.CvRmse(measured, predicted, model.Parameters), ModelError.Nmbe(measured, predicted, model.Parameters));
        var daily = ModelError.CvRmse([.. days.Select(d => d.Energy)], [.. days.Select(d => model.Predict(d.Outdoor))], model.Parameters);
        return Whole(period, cv, "1", level => All(
            Compare(period.Criterion, "monthlyCvMax", level, cv), Compare(period.Criterion, "monthlyBiasMax", level, Math.Abs(bias)),
            Compare(period.Criterion, "dailyCvMax", level, daily))) with
        {
            Text = Say($"{days.Length} days, {model.Parameters} parameters, adjusted R² {model.AdjustedR2:0.###}: monthly CV(RMSE) {100 * cv:0.#} %, ")
                + Say($"NMBE {100 * bias:0.##} %, daily CV(RMSE) {100 * daily:0.#} %."),
        };
    }
}
