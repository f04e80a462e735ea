using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Adds up the energy of every load since the start, in whole numbers: exact, whatever is asked in whatever order.</summary>
/// <remarks>Powers are constant for a second. Sums are kept at each full hour since the start, and at each minute of the hour last asked about;
/// the rest is computed again. Not thread-safe.</remarks>
internal sealed class BuildingTruthLedger
{
    /// <summary>Numbers of a subject in a power row: L1, L2, L3 in 0.1 W, reactive in 0.1 var.</summary>
    public const int PowerSlots = 4;

    /// <summary>Numbers of a subject in an energy row, in 0.1 W x 1 ms: import and export of the whole, of L1, L2, L3, then reactive import.</summary>
    public const int EnergySlots = 9;

    /// <summary>One kWh in 0.1 W x 1 ms.</summary>
    public const double UnitsPerKwh = 1000.0 * 10 * 3600 * 1000;

    /// <summary>The whole building comes first, then the loads in their order.</summary>
    public static readonly int Subjects = 1 + BuildingTruthLoads.All.Length;

    private const int MinutesPerHour = 60, SecondsPerMinute = 60, MillisecondsPerSecond = 1000;
    private const long SecondsPerHour = MinutesPerHour * SecondsPerMinute;

    private readonly BuildingTruthClimate _climate;
    private readonly int _seed;
    private readonly long _startSecond;
    private readonly int[] _power = new int[Subjects * PowerSlots];

    // Row k: energy from the start to k hours later.
    private readonly List<long[]> _hours = [new long[Subjects * EnergySlots]];

    // Row k: energy from the start to k minutes into the hour below.
    private readonly long[][] _minutes = [.. Enumerable.Range(0, MinutesPerHour + 1).Select(_ => new long[Subjects * EnergySlots])];
    private int _minutesHour = -1;

    public BuildingTruthLedger(BuildingTruthClimate climate, int seed, Instant start)
    {
        _climate = climate;
        _seed = seed;
        Start = new Instant(Math.DivRem(start.UnixMilliseconds, MillisecondsPerSecond).Quotient / SecondsPerMinute * SecondsPerMinute * MillisecondsPerSecond);
        _startSecond = Start.UnixMilliseconds / MillisecondsPerSecond;
    }

    /// <summary>Where counting begins: the full minute at or before the start that was asked for.</summary>
    public Instant Start { get; }

    /// <summary>Energy from the start to an instant, and the powers during its second. Before the start: as at the start.</summary>
    public (long[] Energy, int[] Power, BuildingTruthMinute Minute) At(Instant at)
    {
        var elapsed = Math.Max(0, at.UnixMilliseconds - Start.UnixMilliseconds);
        var (seconds, rest) = Math.DivRem(elapsed, MillisecondsPerSecond);
        var (hour, secondOfHour) = Math.DivRem(seconds, SecondsPerHour);
        while (_hours.Count <= hour) CloseHour();
        if (_minutesHour != hour) FillMinutes((int)hour);

        var (minuteOfHour, secondOfMinute) = Math.DivRem(secondOfHour, SecondsPerMinute);
        var energy = (long[])_minutes[minuteOfHour].Clone();
        var minute = _climate.At((_startSecond + seconds) / SecondsPerMinute);
        var minuteStart = _startSecond + seconds - secondOfMinute;
        for (var i = 0; i < secondOfMinute; i++) Add(energy, minute, minuteStart + i, MillisecondsPerSecond);
        Add(energy, minute, minuteStart + secondOfMinute, (int)rest);
        return (energy, (int[])_power.Clone(), minute);
    }

    private void CloseHour()
    {
        var hour = _hours.Count - 1;
        FillMinutes(hour);
        _hours.Add((long[])_minutes[MinutesPerHour].Clone());
    }

    private void FillMinutes(int hour)
    {
        _hours[hour].CopyTo(_minutes[0], 0);
        var first = _startSecond + hour * SecondsPerHour;
        for (var i = 0; i < MinutesPerHour; i++)
        {
            var row = _minutes[i + 1];
            _minutes[i].CopyTo(row, 0);
            var start = first + i * SecondsPerMinute;
            var minute = _climate.At(start / SecondsPerMinute);
            for (var second = 0; second < SecondsPerMinute; second++) Add(row, minute, start + second, MillisecondsPerSecond);
        }
        _minutesHour = hour;
    }

    /// <summary>Computes the powers of a second and adds what flows in its first milliseconds.</summary>
    private void Add(long[] energy, in BuildingTruthMinute minute, long second, int milliseconds)
    {
        var whole = _power.AsSpan(0, PowerSlots);
        whole.Clear();
        for (var i = 0; i < BuildingTruthLoads.All.Length; i++)
        {
            var load = BuildingTruthLoads.All[i];
            var power = load.Deciwatts(minute, second, _seed);
            var of = _power.AsSpan((i + 1) * PowerSlots, PowerSlots);
            of[0] = (int)((long)power * load.FirstPermille / 1000);
            of[1] = (int)((long)power * load.SecondPermille / 1000);
            of[2] = power - of[0] - of[1];
            of[3] = (int)((long)Math.Abs(power) * load.ReactivePermille / 1000);
            for (var k = 0; k < PowerSlots; k++) whole[k] += of[k];
        }
        if (milliseconds == 0) return;
        for (var subject = 0; subject < Subjects; subject++)
        {
            var of = _power.AsSpan(subject * PowerSlots, PowerSlots);
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
