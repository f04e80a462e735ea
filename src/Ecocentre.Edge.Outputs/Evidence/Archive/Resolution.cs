using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>How finely the minutes of a point and day are kept: to a power of ten in the point's unit, as stated in the block.</summary>
/// <param name="Exponent">Power of ten that minimum, maximum, mean and last are rounded to.</param>
/// <param name="DeltaExponent">Power of ten that the delta is rounded to.</param>
internal readonly record struct Resolution(int Exponent, int DeltaExponent)
{
    // A double holds whole numbers up to 2^53; one bit less, so that the difference of two of them is one too.
    private const double WholeMax = 1L << 52;

    // Four digits below the leading one of the day's greatest value: a part in ten thousand at least, where meters are right to a part in two hundred
    // (class 0.5, IEC 62053-22) and better ones to a part in five hundred.
    private const int DigitsBelow = 4;

    /// <summary>The resolution for a point's day.</summary>
    /// <returns>Null when a value is not finite or too large for it: such rows are kept exact.</returns>
    internal static Resolution? Of(Series series, IEnumerable<Aggregate> minutes)
    {
        var (greatest, largest) = (0.0, 0.0);
        foreach (var minute in minutes)
        {
            greatest = Greater(Greater(Greater(greatest, minute.Min), minute.Max), minute.Mean);
            largest = Greater(Greater(largest, minute.Last), minute.Delta);
        }
        var floor = Floor(series);
        // A register grows by what it resolves, however much it has counted.
        var exponent = series.Kind == PointKind.Counter || greatest == 0 ? floor : Math.Max(floor, (int)Math.Floor(Math.Log10(greatest)) - DigitsBelow);
        // Seconds on are told to the tenth.
        var delta = series.Kind == PointKind.State ? -1 : exponent;
        return Math.Max(greatest, largest) / Power(Math.Min(exponent, delta)) < WholeMax ? new Resolution(exponent, delta) : null;
    }

    /// <summary>A value as a multiple of a power of ten.</summary>
    internal static long Round(double value, int exponent) =>
        (long)Math.Round(exponent < 0 ? value * Power(-exponent) : value / Power(exponent), MidpointRounding.AwayFromZero);

    /// <summary>The double nearest to so many of a power of ten.</summary>
    internal static double Value(long multiple, int exponent) => exponent < 0 ? multiple / Power(-exponent) : multiple * Power(exponent);

    /// <summary>The finest that is kept of a unit, as a power of ten: what instruments of buildings show, or finer.</summary>
    private static int Floor(Series series) => series.Unit switch
    {
        // Meters show volts and watts to a tenth, amperes to a hundredth, hertz to a hundredth.
        "V" or "W" or "var" or "VA" => -1,
        "A" => -2,
        "Hz" => -3,
        // One Wh: the finest register of the meter models, and one pulse of the finest meter in use (1,000 pulses a kWh).
        "kWh" or "kvarh" => -3,
        // A tenth of a litre.
        "m³" => -4,
        // SHT4x, SCD4x and BMP58x datasheets: repeatability 0.04 K, 0.08 %, 10 ppm; a pascal.
        "°C" => -2,
        "%" => -1,
        "ppm" => 0,
        "hPa" => -2,
        "µg/m³" or "lx" => -1,
        // Power factors and shares of time to a thousandth; counts are whole anyway.
        "1" => series.Quantity is "voc.index" or "nox.index" ? -1 : -3,
        _ => -6,
    };

    private static double Greater(double greatest, double value) => double.IsNaN(value) ? greatest : Math.Max(greatest, Math.Abs(value));

    // Powers up to 10^22 are exact doubles.
    private static double Power(int exponent) => exponent < 0 ? 1 / Math.Pow(10, -exponent) : Math.Pow(10, exponent);
}
