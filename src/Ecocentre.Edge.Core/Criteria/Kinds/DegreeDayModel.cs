using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Daily energy as a straight line of heating and cooling degree-days (CalTRACK 2.0 section 3: candidates with heating and cooling, either,
/// or neither; slopes over zero; ordinary least squares; the highest adjusted R² wins). Immutable.</summary>
/// <param name="Intercept">Per day, in the unit of the energy.</param>
/// <param name="HeatingSlope">Per K·d; 0 where heating does not show.</param>
/// <param name="HeatingBalance">Outdoor mean in °C below which heating begins; NaN where it does not show.</param>
/// <param name="Parameters">Fitted ones, p of the error measures.</param>
public sealed record DegreeDayModel(
    double Intercept, double HeatingSlope, double HeatingBalance, double CoolingSlope, double CoolingBalance, int Parameters, double AdjustedR2)
{
    // CalTRACK 2.0 3.3: a slope needs ten days with degree-days and twenty degree-days.
    private const int DaysMin = 10;
    private const double DegreeDaysMin = 20;

    // Rounding of sums over a year is far below this; nothing that a person could see is.
    private const double NoiseMax = 1e-9;

    public double Predict(double outdoorMean) =>
        Intercept
        + (HeatingSlope > 0 ? HeatingSlope * DegreeDays.Heating(outdoorMean, HeatingBalance) : 0)
        + (CoolingSlope > 0 ? CoolingSlope * DegreeDays.Cooling(outdoorMean, CoolingBalance) : 0);

    /// <summary>Fits a model.</summary>
    /// <param name="days">Energy and outdoor mean of each day, finite.</param>
    /// <returns>Null for fewer days than parameters could be fitted to.</returns>
    public static DegreeDayModel? Fit(ReadOnlySpan<(double Energy, double Outdoor)> days, BalanceGrid grid)
    {
        if (days.Length < DaysMin) return null;
        var best = Solve(days, double.NaN, double.NaN);
        for (var heating = grid.HeatingFrom; heating <= grid.HeatingTo; heating += grid.Step)
        {
            Consider(days, heating, double.NaN, ref best);
            for (var cooling = Math.Max(heating, grid.CoolingFrom); cooling <= grid.CoolingTo; cooling += grid.Step) Consider(days, heating, cooling, ref best);
        }
        for (var cooling = grid.CoolingFrom; cooling <= grid.CoolingTo; cooling += grid.Step) Consider(days, double.NaN, cooling, ref best);
        return best;
    }

    private static void Consider(ReadOnlySpan<(double Energy, double Outdoor)> days, double heating, double cooling, ref DegreeDayModel? best)
    {
        if (Solve(days, heating, cooling) is not { } model) return;
        if (!double.IsNaN(heating) && model.HeatingSlope <= 0 || !double.IsNaN(cooling) && model.CoolingSlope <= 0) return;
        if (best is null || model.AdjustedR2 > best.AdjustedR2 + NoiseMax) best = model;
    }

    /// <summary>Least squares by the normal equations of at most three parameters.</summary>
    private static DegreeDayModel? Solve(ReadOnlySpan<(double Energy, double Outdoor)> days, double heating, double cooling)
    {
        Span<double> sums = stackalloc double[9];
        sums.Clear();
        int heatingDays = 0, coolingDays = 0;
        foreach (var (energy, outdoor) in days)
        {
            var h = double.IsNaN(heating) ? 0 : DegreeDays.Heating(outdoor, heating);
            var c = double.IsNaN(cooling) ? 0 : DegreeDays.Cooling(outdoor, cooling);
            if (h > 0) heatingDays++;
            if (c > 0) coolingDays++;
            sums[0] += h;
            sums[1] += c;
            sums[2] += h * h;
            sums[3] += h * c;
            sums[4] += c * c;
            sums[5] += energy;
            sums[6] += energy * h;
            sums[7] += energy * c;
            sums[8] += energy * energy;
        }
        if (!double.IsNaN(heating) && (heatingDays < DaysMin || sums[0] < DegreeDaysMin)) return null;
        if (!double.IsNaN(cooling) && (coolingDays < DaysMin || sums[1] < DegreeDaysMin)) return null;
        var n = (double)days.Length;
        // Centred sums; the intercept falls out of them.
        var (hh, hc, cc) = (sums[2] - sums[0] * sums[0] / n, sums[3] - sums[0] * sums[1] / n, sums[4] - sums[1] * sums[1] / n);
        var (eh, ec, ee) = (sums[6] - sums[5] * sums[0] / n, sums[7] - sums[5] * sums[1] / n, sums[8] - sums[5] * sums[5] / n);
        double a = 0, b = 0;
        if (!double.IsNaN(heating) && !double.IsNaN(cooling))
        {
            var determinant = hh * cc - hc * hc;
            if (determinant <= 0) return null;
            (a, b) = ((eh * cc - ec * hc) / determinant, (ec * hh - eh * hc) / determinant);
        }
        else if (!double.IsNaN(heating)) a = hh > 0 ? eh / hh : double.NaN;
        else if (!double.IsNaN(cooling)) b = cc > 0 ? ec / cc : double.NaN;
        if (double.IsNaN(a) || double.IsNaN(b)) return null;
        var parameters = 1 + (double.IsNaN(heating) ? 0 : 1) + (double.IsNaN(cooling) ? 0 : 1);
        var explained = ee > 0 ? (a * eh + b * ec) / ee : 0;
        var adjusted = n > parameters ? 1 - (1 - explained) * (n - 1) / (n - parameters) : double.NegativeInfinity;
        return new DegreeDayModel((sums[5] - a * sums[0] - b * sums[1]) / n, a, heating, b, cooling, parameters, adjusted);
    }
}

/// <summary>Where balance temperatures are looked for, in °C.</summary>
public readonly record struct BalanceGrid(double HeatingFrom, double HeatingTo, double CoolingFrom, double CoolingTo, double Step)
{
    /// <summary>The settings it is read from.</summary>
    internal static ImmutableArray<NumberShape> Settings =>
    [
        new("heatingBalanceFrom", "°C"), new("heatingBalanceTo", "°C"), new("coolingBalanceFrom", "°C"), new("coolingBalanceTo", "°C"),
        new("balanceStep", "K"),
    ];

    internal static BalanceGrid Of(Criterion criterion) => new(
        criterion.SettingOf("heatingBalanceFrom"), criterion.SettingOf("heatingBalanceTo"), criterion.SettingOf("coolingBalanceFrom"),
        criterion.SettingOf("coolingBalanceTo"), criterion.SettingOf("balanceStep"));
}
