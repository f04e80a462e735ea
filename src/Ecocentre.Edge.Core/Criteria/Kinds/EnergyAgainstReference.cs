using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Final energy against a reference year, adjusted to the climate of that year: 1 − E / E_ref.</summary>
/// <remarks>
/// <para>The adjustment takes the slopes of a degree-day model of the period itself and the declared degree-days of the reference
/// (<c>heatingDegreeDays</c>, <c>coolingDegreeDays</c> at the model's kind of base): E + slope × (reference − measured). Without outdoor temperature, a
/// declared reference or a model that finds a slope, nothing is adjusted and the text says so.</para>
/// <para>A level without a limit of its own follows the straight line from 0 in the declared <c>referenceYear</c> to <c>lineSaving</c> in
/// <c>lineYear</c>. The reference is of
/// twelve months; a period that still runs is held against its share of days.</para>
/// </remarks>
public sealed class EnergyAgainstReference : CriterionKind
{
    public override string Name => "energy-against-reference";

    public override ImmutableArray<NumberShape> Limits => [new("savingMin", "1")];

    public override ImmutableArray<NumberShape> Settings => [EnergyDays.DayCoverageMin, new("lineSaving", "1"), new("lineYear", "a"), .. BalanceGrid.Settings];

    public override ImmutableArray<InputShape> Inputs =>
    [
        .. EnergyDays.Inputs, new("reference", InputSort.Fact), new("referenceYear", InputSort.Fact, Required: false),
        new("heatingDegreeDays", InputSort.Fact, Required: false), new("coolingDegreeDays", InputSort.Fact, Required: false),
    ];

    public override int SumCount => EnergyDays.SumCount;

    public override void Measure(CriterionInput day, DayPart part) => EnergyDays.Measure(day, part);

    public override Finding Judge(CriterionPeriod period)
    {
        var energy = period.Cells[0].Sums[0];
        var (adjusted, text) = Adjust(period, energy);
        var yearShare = (double)period.Days.Count / Period.Containing(PeriodKind.Rolling, period.Period.Last).DayCount;
        var reference = period.Bound.Fact("reference") * yearShare;
        var saving = reference > 0 ? 1 - adjusted / reference : double.NaN;
        return Whole(period, saving, "1", level =>
        {
            var min = period.Criterion.LimitOf("savingMin", level);
            if (double.IsNaN(min)) min = LineOf(period);
            var outcome = double.IsNaN(saving) ? Outcome.Undetermined : saving >= min ? Outcome.Met : Outcome.NotMet;
            return new LevelFinding(outcome, saving, min, "savingMin", "1", (1 - min) * reference - adjusted, "kWh");
        }) with
        {
            Text = Say($"{energy:0.#} kWh, {adjusted:0.#} kWh at the reference's climate, against {reference:0.#} kWh. {text}"),
        };
    }

    /// <summary>What the line asks for in the year the period ends in; its end where no year of the reference is declared.</summary>
    private static double LineOf(CriterionPeriod period)
    {
        var (target, since, until) =
            (period.Criterion.SettingOf("lineSaving"), period.Bound.Fact("referenceYear"), period.Criterion.SettingOf("lineYear"));
        return double.IsNaN(since) || since >= until ? target : target * Math.Clamp((period.Period.Last.Year - since) / (until - since), 0, 1);
    }

    private static (double Adjusted, string Text) Adjust(CriterionPeriod period, double energy)
    {
        var (heating, cooling) = (period.Bound.Fact("heatingDegreeDays"), period.Bound.Fact("coolingDegreeDays"));
        if (!period.Bound.Has("outdoor")) return (energy, "Not adjusted to climate: no outdoor temperature.");
        if (double.IsNaN(heating) && double.IsNaN(cooling)) return (energy, "Not adjusted to climate: no degree-days of the reference are declared.");
        var days = EnergyDays.Of(period);
        if (EnergyDays.Fit(period, days) is not { } model || model.Parameters == 1) return (energy, "Not adjusted to climate: no slope shows.");
        var scale = (double)period.Days.Count / Math.Max(1, days.Length);
        var yearShare = (double)period.Days.Count / Period.Containing(PeriodKind.Rolling, period.Period.Last).DayCount;
        var (adjusted, text) = (energy, "");
        if (model.HeatingSlope > 0 && !double.IsNaN(heating))
        {
            var measured = days.Sum(d => DegreeDays.Heating(d.Outdoor, model.HeatingBalance)) * scale;
            adjusted += model.HeatingSlope * (heating * yearShare - measured);
            text += Say($"Heating {model.HeatingSlope:0.###} kWh per degree-day below {model.HeatingBalance:0.#} °C, ")
                + Say($"{measured:0} of {heating * yearShare:0}. ");
        }
        if (model.CoolingSlope > 0 && !double.IsNaN(cooling))
        {
            var measured = days.Sum(d => DegreeDays.Cooling(d.Outdoor, model.CoolingBalance)) * scale;
            adjusted += model.CoolingSlope * (cooling * yearShare - measured);
            text += Say($"Cooling {model.CoolingSlope:0.###} kWh per degree-day above {model.CoolingBalance:0.#} °C, ")
                + Say($"{measured:0} of {cooling * yearShare:0}. ");
        }
        return (adjusted, text.TrimEnd());
    }
}
