namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>Decides when a CO2 chip is told another pressure of the air. One chip's.</summary>
/// <remarks>Requires: <see cref="Told"/> after each telling, <see cref="Forget"/> when the chip starts.</remarks>
internal sealed class PressureCompensation(double? altitudeMetres)
{
    // A chip takes whole hPa; without this much of a change a barometer's noise would be told at each poll.
    private const double ChangeMin = 1;

    // Sensirion's drivers of SCD4x and SEN66: 700 to 1200 hPa; the SCD30 takes 700 to 1400.
    private const double HectopascalsMin = 700, HectopascalsMax = 1200;

    private double? _told;

    /// <summary>The chip compensates for its altitude again.</summary>
    public void Forget() => _told = null;

    /// <param name="fresh">What the barometer says in hPa, or null when it is silent.</param>
    /// <returns>Whole hPa to tell the chip, or null when it knows. After a barometer fell silent that is the usual pressure of the
    /// altitude: the weather of then would stay for ever.</returns>
    public ushort? Next(double? fresh)
    {
        if (fresh is null && _told is null) return null;
        var wanted = fresh ?? StandardAtmosphere.PressureHectopascals(altitudeMetres ?? 0);
        if (!double.IsFinite(wanted) || _told is { } told && Math.Abs(wanted - told) < ChangeMin) return null;
        return (ushort)Math.Round(Math.Clamp(wanted, HectopascalsMin, HectopascalsMax));
    }

    public void Told(ushort hectopascals) => _told = hectopascals;
}
