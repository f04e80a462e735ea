using System.Globalization;

namespace Ecocentre.Edge.Criteria;

/// <summary>Makes a verdict of what a kind found: coverage first, then levels from the lowest up.</summary>
internal static class Judgement
{
    internal static Verdict Of(CriterionPeriod period, bool isFinal)
    {
        var (criterion, bound) = (period.Criterion, period.Bound);
        var coverage = Coverage(period);
        var finding = !bound.Missing.IsEmpty ? Finding.NotApplicable(string.Join("; ", bound.Missing) + ".")
            : period.Days.Count == 0 ? Unknown("Nothing was measured yet.")
            : criterion.Kind.Judge(period);
        if (!finding.Levels.IsEmpty && !finding.CoverageWeighed && coverage.Share < criterion.CoverageMin)
            finding = finding with
            {
                Levels = [.. finding.Levels.Select(level => level with { Outcome = Outcome.Undetermined })],
                Text = string.Create(CultureInfo.InvariantCulture,
                    $"Only {100 * coverage.Share:0.#} % of what should be known is known, {100 * criterion.CoverageMin:0.#} % are needed. {finding.Text}"),
            };
        return new Verdict
        {
            Criterion = criterion.Id, Period = period.Period, Profile = bound.Profile.FullName, Level = LevelOf(finding), Finding = finding,
            Coverage = coverage, Step = criterion.Step, IsFinal = isFinal, Occupied = Occupied(period),
            Uncertainty = UncertaintyOf(finding, criterion), UncertaintyUnit = criterion.Uncertainty?.Unit ?? "", DecisionRule = criterion.DecisionRule,
        };
    }

    /// <summary>The highest level of which it and all below are met; nothing above an undecided level is given.</summary>
    internal static VerdictLevel LevelOf(Finding finding)
    {
        if (finding.Levels.IsEmpty) return finding.CoverageWeighed ? VerdictLevel.Undetermined : VerdictLevel.NotApplicable;
        var level = VerdictLevel.NotMet;
        foreach (var (index, one) in finding.Levels.Index())
        {
            if (one.Outcome != Outcome.Met)
                return level == VerdictLevel.NotMet && one.Outcome == Outcome.Undetermined ? VerdictLevel.Undetermined : level;
            level = (VerdictLevel)(index + 1);
        }
        return level;
    }

    private static Finding Unknown(string text) => new(double.NaN, "", []) { Text = text, CoverageWeighed = true };

    private static VerdictCoverage Coverage(CriterionPeriod period)
    {
        long expected = 0, valid = 0;
        var excluded = new long[Enum.GetValues<Exclusion>().Length];
        foreach (var cell in period.Cells)
        {
            expected += cell.Expected;
            valid += cell.Valid;
            for (var i = 0; i < excluded.Length; i++) excluded[i] += cell.Excluded[i];
        }
        return new VerdictCoverage(expected, valid, [.. excluded], period.Criterion.CoverageMin);
    }

    private static string Occupied(CriterionPeriod period)
    {
        if (period.Criterion.When == When.Open) return "opening hours as declared";
        if (period.Criterion.When == When.Always && !period.Criterion.Kind.AsksForPeople) return "";
        var byPresence = period.Cells.Sum(c => c.ByPresence);
        var profile = period.Bound.Profile;
        return string.Create(CultureInfo.InvariantCulture,
            $"presence measured in {byPresence} slots (seen {100 * profile.PresenceShareMin.Value:0.#} % of a slot, coverage " +
            $"{100 * profile.PresenceCoverageMin.Value:0.#} %), opening hours in {period.Cells.Sum(c => c.Expected) - byPresence}");
    }

    private static double UncertaintyOf(Finding finding, Criterion criterion)
    {
        if (criterion.Uncertainty is not { } uncertainty) return double.NaN;
        // The limit in the instrument's own unit; a criterion may also have limits on shares of time.
        var limit = criterion.Limits.Values.OrderBy(l => l.Name, StringComparer.Ordinal)
            .Where(l => l.Unit == uncertainty.Unit).Select(l => l.Levels[0]).FirstOrDefault(double.NaN);
        return double.IsNaN(limit) ? uncertainty.Absolute : uncertainty.At(limit);
    }
}
