namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Comfort that follows the weather of the days before (EN 16798-1:2019 annex B.2.2; NF EN 16798-1). All numbers come from the profile.</summary>
internal static class Adaptive
{
    /// <summary>Running mean of the daily outdoor means, weights 1, α, α² … from yesterday back, over the days that are known.</summary>
    /// <param name="earlier">Mean of the day so many days back, 1 is yesterday; NaN where it is not known.</param>
    /// <param name="alpha">0 to 1.</param>
    /// <returns>NaN when fewer than half of the days are known.</returns>
    internal static double RunningMean(Func<int, double> earlier, double alpha, int days)
    {
        var (sum, weights, weight, known) = (0.0, 0.0, 1.0, 0);
        for (var back = 1; back <= days; back++, weight *= alpha)
        {
            if (earlier(back) is not (var mean and not double.NaN)) continue;
            (sum, weights, known) = (sum + weight * mean, weights + weight, known + 1);
        }
        return known * 2 >= days && known > 0 ? sum / weights : double.NaN;
    }

    /// <summary>Comfort temperature in °C of a running mean in °C.</summary>
    internal static double Comfort(double runningMean, double slope, double intercept) => slope * runningMean + intercept;

    /// <summary>The running mean of a criterion's settings <c>runningMeanAlpha</c> and <c>runningMeanDays</c>.</summary>
    internal static double RunningMean(CriterionInput day, string input) => RunningMean(
        back => day.EarlierMean(input, back), day.Criterion.SettingOf("runningMeanAlpha"), (int)day.Criterion.SettingOf("runningMeanDays"));

    /// <summary>How far <see cref="RunningMean(CriterionInput, string)"/> looks back.</summary>
    internal static (string Input, int Days)? LookBack(Criterion criterion, string input) =>
        criterion.Settings.TryGetValue("runningMeanDays", out var days) ? (input, (int)days.Value) : null;

    /// <summary>The comfort temperature of a day by the criterion's settings; NaN where the running mean is not known.</summary>
    internal static double Comfort(CriterionInput day, string input) =>
        Comfort(RunningMean(day, input), day.Criterion.SettingOf("adaptiveSlope"), day.Criterion.SettingOf("adaptiveIntercept"));
}
