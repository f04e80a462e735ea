using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>How SEN5x and SEN6x put numbers into words: divided, with a mark for "unknown", which becomes not a number. Pure.</summary>
/// <remarks>Source: Sensirion SEN5x data sheet version 2 (March 2022), chapter 6, 0x03C4; the same in that of the SEN6x.</remarks>
internal static class SensirionNumber
{
    /// <summary>What both families and the SPS30 show of particles.</summary>
    /// <remarks>SPS30 data sheet version 1.0 (March 2020), chapter 1: 0 to 1000 µg/m³, at most 30 s until it is steady; SEN5x and SEN6x
    /// likewise.</remarks>
    public static ImmutableArray<SensorQuantity> ParticleQuantities { get; } =
        [.. new[] { "pm.1", "pm.2-5", "pm.4", "pm.10" }.Select(q => new SensorQuantity(q, 0, 1000) { WarmUp = TimeSpan.FromSeconds(30) })];

    public static double Unsigned(ushort word, double divisor) => word == 0xFFFF ? double.NaN : word / divisor;

    public static double Signed(ushort word, double divisor) => word == 0x7FFF ? double.NaN : (short)word / divisor;

    /// <summary>A gas index; zero is one that is still learning (Gas Index Algorithm: the first 45 s).</summary>
    public static double Index(ushort word) => word == 0 ? double.NaN : Signed(word, 10);
}
