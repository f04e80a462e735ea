namespace Ecocentre.Edge.Reports.Plots;

/// <summary>From numbers to places on paper, along a straight line.</summary>
internal readonly record struct Scale(double Min, double Max, double From, double To)
{
    internal double this[double value] => From + (value - Min) / (Max - Min) * (To - From);

    /// <summary>A scale that begins and ends with round numbers and holds all values; one of 0 to 1 where there are none.</summary>
    /// <param name="withZero">Zero lies on it whatever the values are.</param>
    internal static Scale Of(IEnumerable<double> values, double from, double to, bool withZero)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (var value in values)
            if (double.IsFinite(value)) (min, max) = (Math.Min(min, value), Math.Max(max, value));
        if (min > max) (min, max) = (0, 1);
        if (withZero) (min, max) = (Math.Min(min, 0), Math.Max(max, 0));
        // One value alone still needs a scale around it.
        if (max - min < 1e-9) (min, max) = (withZero ? Math.Min(min, 0) : min - 1, max + 1);
        var step = StepOf(max - min);
        return new Scale(Math.Floor(min / step) * step, Math.Ceiling(max / step) * step, from, to);
    }

    /// <summary>Round numbers along the scale, four to ten of them, ends included.</summary>
    internal IEnumerable<double> Ticks()
    {
        var step = StepOf(Max - Min);
        // Half a step over the end: sums of steps are not exact.
        for (var i = (long)Math.Ceiling(Min / step - 1e-9); i * step <= Max + step / 2; i++) yield return i * step;
    }

    /// <summary>1, 2 or 5 times a power of ten, so that a span has four to ten steps.</summary>
    private static double StepOf(double span)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(span / 4)));
        return (span / 4 / power) switch { >= 5 => 5, >= 2 => 2, _ => 1 } * power;
    }
}
