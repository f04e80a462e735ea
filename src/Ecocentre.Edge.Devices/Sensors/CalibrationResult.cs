namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>How <see cref="Sensor.CalibrateAsync"/> ended.</summary>
/// <param name="IsDone">The chip took the value.</param>
/// <param name="Text">For people: what was done, or why not and what to do about it.</param>
public sealed record CalibrationResult(bool IsDone, string Text)
{
    /// <summary>Mean of the minute before, in ppm; NaN when it did not come so far.</summary>
    public double BeforePpm { get; init; } = double.NaN;

    /// <summary>What the chip says it corrects by, in ppm; NaN where it does not tell.</summary>
    public double CorrectionPpm { get; init; } = double.NaN;
}
