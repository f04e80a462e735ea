using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>How much of what criteria look at is known, series by series; and whether the growth counted in windows closes on the meters' own
/// registers.</summary>
/// <remarks>
/// <para>Values of a day: for every series the share of the day that is known. Sums: growth of the main meters' registers, and by how much it
/// differs from the growth in windows, both in kWh, of days whose register of the day before is known. A day on which a device was swapped, and the one
/// after it, does not count.</para>
/// <para>A level asks for <c>seriesShareMin</c> of the series to be known for its coverage.</para>
/// </remarks>
public sealed class EvidenceCoverage : CriterionKind
{
    // After the shares of the series come, for each main meter, the first and last register and the growth of the day.
    private const int PerMeter = 3;

    public override string Name => "evidence-coverage";

    public override ImmutableArray<NumberShape> Limits => [new("coverageMin", "1"), new("closureMax", "1")];

    public override ImmutableArray<NumberShape> Settings => [new("seriesShareMin", "1")];

    public override ImmutableArray<InputShape> Inputs => [new("meters", InputSort.Role, Required: false)];

    public override int SumCount => 0;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var counts = part.Cells[0];
        var values = new List<double>();
        foreach (var (series, elapsed, count) in day.Everything())
        {
            var known = 0.0;
            for (var slot = 0; slot < elapsed && series is not null; slot++) known += series.Coverage[slot];
            values.Add(elapsed == 0 ? 1 : known / elapsed);
            counts.Expected += elapsed;
            counts.Valid += (long)Math.Round(known);
            counts.Excluded[(int)(series is null ? Exclusion.NoWindow : Exclusion.LowCoverage)] += elapsed - (long)Math.Round(known);
        }
        foreach (var (_, series) in day.Each("meters"))
        {
            var (last, growth) = (double.NaN, 0.0);
            for (var slot = 0; slot < day.ElapsedCount && series is not null; slot++)
            {
                if (!double.IsNaN(series.Last[slot])) last = series.Last[slot];
                if (!double.IsNaN(series.Delta[slot])) growth += series.Delta[slot];
            }
            values.AddRange([last, growth, day.IsWhole ? 1 : 0]);
        }
        counts.Values = [.. values];
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var meters = period.Bound.Tracks("meters", 0).Length;
        var seriesCount = period.Days.Count == 0 ? 0 : period.Days[^1].Cells[0].Values.Length - PerMeter * meters;
        var shares = new double[Math.Max(0, seriesCount)];
        var expected = period.Days.Count;
        foreach (var day in period.Days)
            for (var i = 0; i < shares.Length && i < day.Cells[0].Values.Length; i++) shares[i] += day.Cells[0].Values[i];
        for (var i = 0; i < shares.Length; i++) shares[i] /= expected;
        var (closure, worst) = Closure(period, meters, shares.Length);
        var overall = shares.Length == 0 ? double.NaN : shares.Average();
        return Whole(period, overall, "1", level =>
        {
            var min = period.Criterion.LimitOf("coverageMin", level);
            var enough = shares.Count(s => s >= min);
            var needed = period.Criterion.SettingOf("seriesShareMin") * shares.Length;
            var coverage = new LevelFinding(
                shares.Length == 0 ? Outcome.Undetermined : enough >= needed ? Outcome.Met : Outcome.NotMet,
                overall, min, "coverageMin", "1", enough - needed, "series");
            return meters == 0 || double.IsNaN(closure) ? coverage : All(coverage, Compare(period.Criterion, "closureMax", level, closure));
        }) with
        {
            CoverageWeighed = true,
            Cause = worst,
            Text = Say($"{shares.Length} series, the least known {100 * shares.DefaultIfEmpty(double.NaN).Min():0.#} %; ")
                + Say($"registers close within {100 * closure:0.###} %."),
        };
    }

    private static (double Closure, string? Worst) Closure(CriterionPeriod period, int meters, int offset)
    {
        var (growth, error, worstError, worst) = (0.0, 0.0, 0.0, (DateOnly?)null);
        for (var meter = 0; meter < meters; meter++)
        {
            for (var i = 1; i < period.Days.Count; i++)
            {
                var (before, now) = (period.Days[i - 1].Cells[0].Values, period.Days[i].Cells[0].Values);
                var place = offset + meter * PerMeter;
                if (before.Length <= place + 2 || now.Length <= place + 2 || now[place + 2] == 0) continue;
                var register = now[place] - before[place];
                if (double.IsNaN(register) || IsSwapped(period, period.Days[i].Date)) continue;
                growth += Math.Abs(register);
                var off = Math.Abs(register - now[place + 1]);
                error += off;
                if (off > worstError) (worstError, worst) = (off, period.Days[i].Date);
            }
        }
        return (growth > 0 ? error / growth : double.NaN, worst?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    private static bool IsSwapped(CriterionPeriod period, DateOnly date)
    {
        var (from, to) = (LocalDay.Of(date.AddDays(-1), period.Centre.Zone).Start, LocalDay.Of(date, period.Centre.Zone).End);
        return period.Records.All.Any(r => r.Kind == RecordKind.Swap && r.At >= from && r.At < to);
    }
}
