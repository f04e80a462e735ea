using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>The pulse output of a meter: one pulse each time that its counter passes a whole step.</summary>
/// <remarks>Any thread.</remarks>
public sealed class PulseLine : BuildingLine
{
    private const long MinuteMilliseconds = 60_000;

    private readonly Func<Instant, long> _counter;
    private readonly long _step;

    /// <param name="counter">Never shrinks, and grows by less than a step in twice the length of a pulse.</param>
    /// <param name="step">What one pulse is worth, in the counter's unit.</param>
    private PulseLine(Func<Instant, long> counter, long step, TimeSpan length)
    {
        (_counter, _step, LengthMin) = (counter, step, length);
    }

    public override TimeSpan LengthMin { get; }

    /// <summary>The S0 output of an energy meter on a load: imported energy.</summary>
    /// <param name="perKwh">Pulses for each kWh.</param>
    /// <param name="length">Of a pulse; null for 90 ms, which most S0 meters send.</param>
    /// <exception cref="ArgumentException">No such load.</exception>
    public static PulseLine Energy(BuildingTruth truth, string load, int perKwh, TimeSpan? length = null) =>
        // IEC 62053-31 asks for 30 ms at least.
        new(at => truth.ImportUnits(load, at), (long)(BuildingTruthLedger.UnitsPerKwh / perKwh), length ?? TimeSpan.FromMilliseconds(90));

    /// <summary>The reed of the water meter, which stays closed for a good part of a litre.</summary>
    /// <param name="litres">For each pulse.</param>
    public static PulseLine Water(BuildingTruth truth, int litres) => new(truth.WaterMillilitres, 1000L * litres, TimeSpan.FromMilliseconds(700));

    /// <summary>Pulses since the truth began.</summary>
    public long Count(Instant at) => _counter(at) / _step;

    public override IReadOnlyList<BuildingStay> ActiveBetween(Instant from, Instant to)
    {
        var pulses = new List<BuildingStay>();
        var begin = (from - LengthMin).UnixMilliseconds;
        var (end, count) = (to.UnixMilliseconds, Count(new Instant(begin)));
        while (begin < end)
        {
            var next = Math.Min(end, (begin / MinuteMilliseconds + 1) * MinuteMilliseconds);
            for (var until = Count(new Instant(next)); count < until;)
            {
                begin = Passed(++count, begin, next);
                pulses.Add(new(new Instant(begin), new Instant(begin) + LengthMin));
            }
            begin = next;
        }
        return Joined(pulses, from, to);
    }

    /// <summary>The first millisecond at which so many pulses have come.</summary>
    private long Passed(long count, long low, long high)
    {
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Count(new Instant(middle)) < count) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
