namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Numbers drawn one after the other for one subject of one day: the same seed, stream and day give the same numbers.</summary>
internal struct BuildingDice(int seed, int stream, long day)
{
    // 65,536 draws a subject and day: far more than anybody takes.
    private long _next = day << 16;

    /// <summary>Evenly spread from 0 to below 1.</summary>
    public double Share() => BuildingTruthNoise.Uniform(seed, stream, _next++);

    public bool Happens(double probability) => Share() < probability;

    public double Between(double from, double to) => from + (to - from) * Share();

    public int Below(int end) => (int)(Share() * end);

    /// <summary>Around a middle, at most so far from it; the middle is the likeliest.</summary>
    public double Around(double middle, double distanceMax) => middle + distanceMax * (Share() + Share() - 1);
}
