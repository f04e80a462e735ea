using System.Globalization;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>The steps of telling a CO2 sensor the true value: measure for long enough in steady air, then tell it, then measure
/// again.</summary>
/// <remarks>Source of the rule: Sensirion SCD4x data sheet version 1.3 (September 2022), section 3.7.1 (at least three minutes in the later
/// mode of operation, air homogeneous and constant). What counts as steady is ours.</remarks>
internal sealed class ForcedRecalibration
{
    private static readonly TimeSpan SteadyWindow = TimeSpan.FromMinutes(1), ProgressStep = TimeSpan.FromSeconds(10);

    // Repeatability is ±10 ppm; a minute's readings that lie further apart than five times that are moving air, not noise.
    private const double SpreadMaxPpm = 50;

    // A minute of an SCD4x has twelve readings; with fewer than this nobody measured.
    private const int ReadingsMin = 6;

    public required string Name { get; init; }

    public required TimeProvider Time { get; init; }

    public required IProgress<string> Progress { get; init; }

    /// <summary>For how long it has to measure first. SCD4x: three minutes; SCD30 interface description: two minutes.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The bounds of the target in ppm.</summary>
    public required (double Min, double Max) Bounds { get; init; }

    /// <summary>Time between two measurements.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Starts measuring, as it is done every day.</summary>
    public required Func<CancellationToken, ValueTask> Start { get; init; }

    /// <summary>CO2 in ppm; NaN when there is nothing new.</summary>
    public required Func<CancellationToken, ValueTask<double>> Measure { get; init; }

    /// <summary>Tells the chip. Gives its correction in ppm (NaN: it does not say) or null when it refused.</summary>
    public required Func<ushort, CancellationToken, ValueTask<double?>> Tell { get; init; }

    public async Task<CalibrationResult> RunAsync(double targetPpm, CancellationToken cancellation)
    {
        if (!(targetPpm >= Bounds.Min && targetPpm <= Bounds.Max))
            return new CalibrationResult(false, Words($"{Name} can be told {Bounds.Min} to {Bounds.Max} ppm, not {targetPpm}."));
        try
        {
            Progress.Report(Words($"{Name}: measuring for {Duration.TotalMinutes} minutes. Keep the air steady and do not breathe on it."));
            await Start(cancellation);
            var (readings, spread) = await MeasureSteadilyAsync(cancellation);
            if (readings.Count < ReadingsMin)
                return new CalibrationResult(false, Words($"{Name} gave only {readings.Count} readings in a minute. Nothing was changed."));
            var before = readings.Average();
            if (spread > SpreadMaxPpm)
                return new CalibrationResult(false, Words(
                    $"The air at {Name} is not steady: {spread:0} ppm within a minute, {SpreadMaxPpm} are allowed. Nothing was changed; try again."))
                {
                    BeforePpm = before,
                };
            Progress.Report(Words($"{Name}: shows {before:0} ppm, is told {targetPpm:0} ppm."));
            return await Tell((ushort)Math.Round(targetPpm), cancellation) switch
            {
                null => new CalibrationResult(false, $"{Name} refused: it has not measured for long enough, it says. Nothing was changed.")
                {
                    BeforePpm = before,
                },
                { } correction => new CalibrationResult(true, double.IsNaN(correction)
                    ? Words($"{Name} showed {before:0} ppm and was told {targetPpm:0} ppm.")
                    : Words($"{Name} showed {before:0} ppm, was told {targetPpm:0} ppm and corrects by {correction:+0;-0;0} ppm."))
                {
                    BeforePpm = before, CorrectionPpm = correction,
                },
            };
        }
        catch (SensorFaultException failure)
        {
            return new CalibrationResult(false, $"{failure.Fault.Text} It is not known to be calibrated; try again.");
        }
        finally
        {
            await MeasureAgainAsync();
        }
    }

    /// <summary>A chip that was stopped must not stay so, even when the caller gave up.</summary>
    private async ValueTask MeasureAgainAsync()
    {
        try
        {
            await Start(CancellationToken.None);
        }
        catch (SensorFaultException failure)
        {
            Progress.Report($"{failure.Fault.Text} It starts with its next poll.");
        }
    }

    private async ValueTask<(List<double> Readings, double Spread)> MeasureSteadilyAsync(CancellationToken cancellation)
    {
        var (started, reported) = (Time.GetTimestamp(), TimeSpan.Zero);
        var readings = new List<double>();
        while (true)
        {
            await Task.Delay(Interval, Time, cancellation);
            var elapsed = Time.GetElapsedTime(started);
            var ppm = await Measure(cancellation);
            if (elapsed >= Duration - SteadyWindow && !double.IsNaN(ppm)) readings.Add(ppm);
            if (elapsed - reported >= ProgressStep && !double.IsNaN(ppm))
            {
                reported = elapsed;
                Progress.Report(Words($"{Name}: {ppm:0} ppm, {elapsed:m\\:ss} of {Duration:m\\:ss}."));
            }
            if (elapsed >= Duration) return (readings, readings.Count == 0 ? 0 : readings.Max() - readings.Min());
        }
    }

    private static string Words(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
