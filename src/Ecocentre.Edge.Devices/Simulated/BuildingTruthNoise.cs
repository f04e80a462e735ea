namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Irregularity that can be repeated: pure functions of a seed, a stream (what it is for) and a position.</summary>
/// <remarks>No state; any thread.</remarks>
internal static class BuildingTruthNoise
{
    /// <summary>Evenly spread over 0 to below 1; neighbouring indices have nothing in common.</summary>
    public static double Uniform(int seed, int stream, long index)
    {
        // The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): every input bit changes every output bit.
        var x = (ulong)index * 0x9E3779B97F4A7C15 + ((ulong)(uint)stream << 32 | (uint)seed) + 0x9E3779B97F4A7C15;
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        // A double holds 53 bits.
        return (x ^ x >> 31) * (1.0 / (1L << 32)) / (1L << 32);
    }

    /// <summary>From 0 to 1, running smoothly through a fresh value at each whole position.</summary>
    public static double Smooth(int seed, int stream, double position)
    {
        var knot = Math.Floor(position);
        var t = position - knot;
        var (from, to) = (Uniform(seed, stream, (long)knot), Uniform(seed, stream, (long)knot + 1));
        return from + (to - from) * t * t * (3 - 2 * t);
    }

    /// <summary>Smooth noise from -1 to 1.</summary>
    public static double Swing(int seed, int stream, double position) => 2 * Smooth(seed, stream, position) - 1;
}
