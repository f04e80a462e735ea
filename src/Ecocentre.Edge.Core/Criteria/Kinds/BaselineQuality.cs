using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Whether energy follows what this centre knows of itself: CV(RMSE) and NMBE by month and by hour (ASHRAE Guideline 14).</summary>
/// <remarks>
/// <para>By month judges the model that stands behind the climate adjustment: it is fitted to days, and months are sums of its days. By hour judges a model
/// of the hour of the week and outdoor temperature (<see cref="TimeOfWeekModel"/>). The bias of what a model was fitted to is nothing by the method of
/// least squares: what decides is the spread.</para>
/// <para>Values of a day after those of <see cref="EnergyDays"/>: whether its last hour is known, then for each hour that is known its place in the day, its
/// hour of the week (168 more while open), energy, outdoor mean. An hour after one that is not known is left out: the growth of a gap stands in it.</para>
/// </remarks>
public sealed class BaselineQuality : CriterionKind
{
    private const int Head = 3, PerHour = 4;

    public override string Name => "baseline-quality";

    public override ImmutableArray<NumberShape> Limits =>
    [
        new("monthlyCvMax", "1"), new("monthlyBiasMax", "1"), new("hourlyCvMax", "1", Required: false), new("hourlyBiasMax", "1", Required: false),
    ];

    public override ImmutableArray<NumberShape> Settings => [EnergyDays.DayCoverageMin, .. BalanceGrid.Settings, new("temperaturePieces", "1")];

    public override ImmutableArray<InputShape> Inputs => [new("energy", InputSort.Role), new("outdoor", InputSort.Role)];

    public override int SumCount => EnergyDays.SumCount;

    public override void Measure(CriterionInput day, DayPart part)
    {
        EnergyDays.Measure(day, part);
        var counts = part.Cells[0];
        if (counts.Values.Length == 0 || day.Series("energy") is not { } energy || day.Series("outdoor") is not { } outdoor) return;
        var (hours, wasKnown) = (new List<double>(Head + PerHour * day.SlotCount) { counts.Values[0], counts.Values[1], 0 }, true);
        for (var slot = 0; slot < day.SlotCount; slot++)
        {
            var isKnown = energy.Coverage[slot] >= day.Criterion.SlotCoverageMin && !double.IsNaN(energy.Delta[slot]);
            if (isKnown && wasKnown && outdoor.Coverage[slot] > 0 && !double.IsNaN(outdoor.Mean[slot]))
            {
                // Weeks begin on Monday; DayOfWeek counts from Sunday.
                var ofWeek = ((int)day.Date.DayOfWeek + 6) % 7 * TimeOfWeekModel.HoursOfDay + day.LocalTime(slot).Hour;
                hours.AddRange([slot, ofWeek + (day.IsOpen(0, slot) ? TimeOfWeekModel.HoursOfWeek : 0), energy.Delta[slot], outdoor.Mean[slot]]);
            }
            wasKnown = isKnown;
        }
        hours[Head - 1] = wasKnown ? 1 : 0;
        counts.Values = [.. hours];
    }

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
        var (hourly, hourlyBias, words) = ByHour(period);
        var fit = Say($"{days.Length} days, {model.Parameters} parameters, adjusted R² {model.AdjustedR2:0.###}: ");
        var spread = byMonth.Length > model.Parameters
            ? Say($"monthly CV(RMSE) {100 * cv:0.#} %, NMBE {100 * bias:0.##} %, daily CV(RMSE) {100 * daily:0.#} %.")
            : Say($"daily CV(RMSE) {100 * daily:0.#} %. Too few months ({byMonth.Length}) for their spread.");
        return Whole(period, cv, "1", level => All(
            Compare(period.Criterion, "monthlyCvMax", level, cv), Compare(period.Criterion, "monthlyBiasMax", level, Math.Abs(bias)),
            IfAsked(period.Criterion, "hourlyCvMax", level, hourly), IfAsked(period.Criterion, "hourlyBiasMax", level, Math.Abs(hourlyBias)))) with
        {
            Text = $"{fit}{spread} {words}",
        };
    }

    /// <summary>A level that asks nothing of hours does not wait for them.</summary>
    private static LevelFinding IfAsked(Criterion criterion, string limit, int level, double value) =>
        Compare(criterion, limit, level, double.IsNaN(criterion.LimitOf(limit, level)) && double.IsNaN(value) ? 0 : value);

    private static (double Cv, double Bias, string Words) ByHour(CriterionPeriod period)
    {
        WeekHour[] hours = [.. HoursOf(period)];
        if (TimeOfWeekModel.Fit(hours, (int)period.Criterion.SettingOf("temperaturePieces")) is not { } model)
            return (double.NaN, double.NaN, Say($"{hours.Length} hours are too few for a model."));
        double[] measured = [.. hours.Select(h => h.Energy)], predicted = [.. hours.Select(h => model.Predict(h))];
        var (cv, bias) = (ModelError.CvRmse(measured, predicted, model.Parameters), ModelError.Nmbe(measured, predicted, model.Parameters));
        return (cv, bias,
            Say($"{hours.Length} hours, {model.Parameters} parameters of time of week and temperature: CV(RMSE) {100 * cv:0.#} %, NMBE {100 * bias:0.##} %."));
    }

    private static IEnumerable<WeekHour> HoursOf(CriterionPeriod period)
    {
        // Before the first day nothing is known to be missing.
        var wasKnown = true;
        foreach (var day in period.Days)
        {
            var values = day.Cells[0].Values;
            for (var at = Head; at < values.Length; at += PerHour)
            {
                if (values[at] == 0 && !wasKnown) continue;
                var group = (int)values[at + 1];
                yield return new WeekHour(
                    group % TimeOfWeekModel.HoursOfWeek, group >= TimeOfWeekModel.HoursOfWeek, values[at + 2], values[at + 3]);
            }
            wasKnown = values.Length > Head && values[Head - 1] == 1;
        }
    }
}
