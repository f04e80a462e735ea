namespace Ecocentre.Edge.Reports.Plots;

/// <summary>The value below which a share of values lies.</summary>
internal static class Quantile
{
    /// <summary>Straight between the two nearest ranks (Hyndman and Fan 1996, type 7).</summary>
    /// <param name="sorted">Rising.</param>
    /// <returns>NaN for no values.</returns>
    internal static double Of(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.IsEmpty) return double.NaN;
        var rank = share * (sorted.Length - 1);
        var below = (int)Math.Floor(rank);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
