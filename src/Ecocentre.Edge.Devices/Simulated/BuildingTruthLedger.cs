using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Adds up the energy of every load since the start, in whole numbers: exact, whatever is asked in whatever order.</summary>
/// <remarks>Powers are constant for a second. Sums are kept at each full hour since the start, at each minute of the hours asked about
/// lately, and at each second of the minute last asked about; the rest is computed again. Not thread-safe.</remarks>
internal sealed class BuildingTruthLedger
{
    /// <summary>Numbers of a subject in a power row: L1, L2, L3 in 0.1 W, reactive in 0.1 var.</summary>
    public const int PowerSlots = 4;

    /// <summary>Numbers of a subject in an energy row, in 0.1 W x 1 ms: import and export of the whole, of L1, L2, L3, then reactive
    /// import.</summary>
    public const int EnergySlots = 9;

    /// <summary>One kWh in 0.1 W x 1 ms.</summary>
    public const double UnitsPerKwh = 1000.0 * 10 * 3600 * 1000;

    /// <summary>The whole building comes first, then the loads in their order.</summary>
    public static readonly int Subjects = 1 + BuildingTruthLoads.All.Length;

    private const int MinutesPerHour = 60, SecondsPerMinute = 60, MillisecondsPerSecond = 1000;

    // Hours of which each minute is kept: a day takes 1.5 MB.
    private const int DetailedHoursMax = 24;

    private static readonly BuildingTruthLoad[] Loads = [.. BuildingTruthLoads.All];

    private readonly BuildingTruthClimate _climate;
    private readonly int _seed;
    private readonly long _startSecond;

    // Row k: energy from the start to k hours later.
    private readonly List<long[]> _hours = [new long[Subjects * EnergySlots]];

    // By hour, row k: energy from the start to k minutes into that hour. The queue says which is the oldest.
    private readonly Dictionary<long, long[][]> _minutes = [];
    private readonly Queue<long> _detailedHours = new();

    // Row k: energy from the start to k seconds into the minute below, and the powers of that second.
    private readonly long[][] _seconds = Rows<long>(SecondsPerMinute, EnergySlots);
    private readonly int[][] _powers = Rows<int>(SecondsPerMinute, PowerSlots);
    private long _minuteOfSeconds = -1;

    public BuildingTruthLedger(BuildingTruthClimate climate, int seed, Instant start)
    {
        _climate = climate;
        _seed = seed;
        _startSecond = start.UnixMilliseconds / MillisecondsPerSecond / SecondsPerMinute * SecondsPerMinute;
    }

    /// <summary>Where counting begins: the full minute at or before the start that was asked for.</summary>
    public Instant Start => new(_startSecond * MillisecondsPerSecond);

    /// <summary>Energy from the start to the beginning of a minute (since 1970), as <see cref="At"/> tells it. The caller does not change it.</summary>
    public long[] AtMinute(long minute)
    {
        var elapsed = Math.Max(0, minute - _startSecond / SecondsPerMinute);
        var (hour, minuteOfHour) = Math.DivRem(elapsed, MinutesPerHour);
        while (_hours.Count <= hour) _hours.Add(Minutes(_hours.Count - 1)[MinutesPerHour]);
        return Minutes(hour)[minuteOfHour];
    }

    /// <summary>Energy from the start to an instant, and the powers during its second. Before the start: as at the start.</summary>
    public (long[] Energy, int[] Power) At(Instant at)
    {
        var elapsed = Math.Max(0, at.UnixMilliseconds - Start.UnixMilliseconds);
        var (second, rest) = Math.DivRem(elapsed, MillisecondsPerSecond);
        var (minute, secondOfMinute) = Math.DivRem(second, SecondsPerMinute);
        var (hour, minuteOfHour) = Math.DivRem(minute, MinutesPerHour);
        while (_hours.Count <= hour) _hours.Add(Minutes(_hours.Count - 1)[MinutesPerHour]);
        if (_minuteOfSeconds != minute) FillSeconds(minute, Minutes(hour)[minuteOfHour]);
        var energy = (long[])_seconds[secondOfMinute].Clone();
        Add(energy, _powers[secondOfMinute], (int)rest);
        return (energy, (int[])_powers[secondOfMinute].Clone());
    }

    private static T[][] Rows<T>(int count, int slots) => [.. Enumerable.Range(0, count).Select(_ => new T[Subjects * slots])];

    private long[][] Minutes(long hour)
    {
        if (_minutes.TryGetValue(hour, out var known)) return known;
        if (_detailedHours.Count == DetailedHoursMax) _minutes.Remove(_detailedHours.Dequeue());
        _detailedHours.Enqueue(hour);
        var rows = _minutes[hour] = Rows<long>(MinutesPerHour + 1, EnergySlots);
        var power = new int[Subjects * PowerSlots];
        _hours[(int)hour].CopyTo(rows[0], 0);
        for (var i = 0; i < MinutesPerHour; i++)
        {
            rows[i].CopyTo(rows[i + 1], 0);
            var first = _startSecond + (hour * MinutesPerHour + i) * SecondsPerMinute;
            var minute = _climate.At(first / SecondsPerMinute);
            for (var second = 0; second < SecondsPerMinute; second++)
            {
                Compute(minute, first + second, power);
                Add(rows[i + 1], power, MillisecondsPerSecond);
            }
        }
        return rows;
    }

    private void FillSeconds(long minuteSinceStart, long[] from)
    {
        var first = _startSecond + minuteSinceStart * SecondsPerMinute;
        var minute = _climate.At(first / SecondsPerMinute);
        for (var second = 0; second < SecondsPerMinute; second++)
        {
            Compute(minute, first + second, _powers[second]);
            var row = _seconds[second];
            (second == 0 ? from : _seconds[second - 1]).CopyTo(row, 0);
            if (second > 0) Add(row, _powers[second - 1], MillisecondsPerSecond);
        }
        _minuteOfSeconds = minuteSinceStart;
    }

    private void Compute(in BuildingTruthMinute minute, long second, int[] power)
    {
        var whole = power.AsSpan(0, PowerSlots);
        whole.Clear();
        for (var i = 0; i < Loads.Length; i++)
        {
            var load = Loads[i];
            var deciwatts = load.Deciwatts(minute, second, _seed);
            var of = power.AsSpan((i + 1) * PowerSlots, PowerSlots);
            of[0] = (int)((long)deciwatts * load.FirstPermille / 1000);
            of[1] = (int)((long)deciwatts * load.SecondPermille / 1000);
            of[2] = deciwatts - of[0] - of[1];
            of[3] = (int)((long)Math.Abs(deciwatts) * load.ReactivePermille / 1000);
            for (var k = 0; k < PowerSlots; k++) whole[k] += of[k];
        }
    }

    private static void Add(long[] energy, int[] power, int milliseconds)
    {
        for (var subject = 0; subject < Subjects; subject++)
        {
            var of = power.AsSpan(subject * PowerSlots, PowerSlots);
            var into = energy.AsSpan(subject * EnergySlots, EnergySlots);
            Count(into, of[0] + of[1] + of[2], milliseconds);
            for (var phase = 0; phase < 3; phase++) Count(into[(2 + 2 * phase)..], of[phase], milliseconds);
            into[8] += (long)of[3] * milliseconds;
        }
    }

    private static void Count(Span<long> importExport, int deciwatts, int milliseconds)
    {
        if (deciwatts >= 0) importExport[0] += (long)deciwatts * milliseconds;
        else importExport[1] -= (long)deciwatts * milliseconds;
    }
}
