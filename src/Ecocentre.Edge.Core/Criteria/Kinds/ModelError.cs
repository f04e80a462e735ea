namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>How far a model is from what was measured (ASHRAE Guideline 14-2014 section 5.3.2.4.f; both divide by n − p, p the fitted
/// parameters).</summary>
public static class ModelError
{
    /// <summary>Coefficient of variation of the root mean square error: a share of the mean, 0.15 is 15 %.</summary>
    public static double CvRmse(ReadOnlySpan<double> measured, ReadOnlySpan<double> predicted, int parameters)
    {
        var (squares, sum) = (0.0, 0.0);
        for (var i = 0; i < measured.Length; i++)
        {
            squares += (measured[i] - predicted[i]) * (measured[i] - predicted[i]);
            sum += measured[i];
        }
        return measured.Length <= parameters ? double.NaN : Math.Sqrt(squares / (measured.Length - parameters)) / (sum / measured.Length);
    }

    /// <summary>Normalised mean bias error: a share of the mean, positive when the model says too little.</summary>
    public static double Nmbe(ReadOnlySpan<double> measured, ReadOnlySpan<double> predicted, int parameters)
    {
        var (bias, sum) = (0.0, 0.0);
        for (var i = 0; i < measured.Length; i++) (bias, sum) = (bias + measured[i] - predicted[i], sum + measured[i]);
        return measured.Length <= parameters ? double.NaN : bias / (measured.Length - parameters) / (sum / measured.Length);
    }
}
