using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Energy through one point of the wiring between two instants, in kWh; both at least 0.</summary>
public readonly record struct EnergyFlow(double Import, double Export);

/// <summary>What truly happens in the simulated work centre: people and where they are, power of every load, energy, water, weather, room air.</summary>
/// <remarks>
/// A pure function of seed, zone, start and time: asked twice, in any order, it answers the same. Each load's power is constant for a second
/// and a multiple of 0.1 W; energy is their exact integral, so that what meters counted can be compared with what was consumed. The
/// building's main line carries the sum of all loads (photovoltaics negative), split into import and export at every instant, as a
/// three-phase meter does that balances its phases. Water is counted in whole millilitres. The air of each room follows from balances over the
/// people in it; it runs straight from minute to minute, so that the mean of a minute is the middle between its ends.
/// <para>Any thread. Asking about a far instant costs some milliseconds for each day since the start, once, and for energy each hour.</para>
/// </remarks>
public sealed class BuildingTruth
{
    private const long MinuteMilliseconds = 60_000;

    private readonly Lock _gate = new();
    private readonly BuildingTruthClimate _climate;
    private readonly BuildingTruthLedger _ledger;
    private BuildingTruthFrame? _last;

    /// <param name="start">Where counters stand at 0; rounded down to the minute. Earlier instants count as it.</param>
    /// <param name="zone">In which people come and go.</param>
    public BuildingTruth(int seed, Instant start, TimeZoneInfo zone)
    {
        Seed = seed;
        _climate = new BuildingTruthClimate(seed, zone, start);
        _ledger = new BuildingTruthLedger(_climate, seed, start);
    }

    /// <summary>Places in the wiring that can be metered: <c>main</c>, the whole building, then its loads.</summary>
    public static ImmutableArray<string> Loads { get; } = ["main", .. BuildingTruthLoads.All.Select(load => load.Name)];

    /// <summary>Places whose air can be measured: the rooms of <see cref="BuildingPlan"/>, then <see cref="BuildingPlan.Outdoor"/>.</summary>
    public static ImmutableArray<string> Places { get; } = [.. BuildingPlan.Rooms.Select(room => room.Id), BuildingPlan.Outdoor];

    public int Seed { get; }

    /// <summary>Where counting begins.</summary>
    public Instant Start => _ledger.Start;

    /// <summary>Everything true at an instant.</summary>
    public BuildingTruthFrame At(Instant at)
    {
        lock (_gate)
        {
            if (_last is { } last && last.At == at) return last;
            return _last = new BuildingTruthFrame(Seed, at, _ledger, _climate, _gate);
        }
    }

    /// <summary>Air at an instant: what an ideal sensor would show.</summary>
    /// <param name="place">One of <see cref="Places"/>.</param>
    /// <exception cref="ArgumentException">No such place.</exception>
    public BuildingAirState Air(string place, Instant at)
    {
        var room = Room(place);
        lock (_gate) return room < 0 ? _climate.Outdoor(at.UnixMilliseconds) : _climate.Air(room, at.UnixMilliseconds);
    }

    /// <summary>Mean of the air between two instants.</summary>
    /// <inheritdoc cref="Air"/>
    public BuildingAirState MeanAir(string place, Instant from, Instant to)
    {
        // Between two minutes it runs straight: the middle of each piece is its mean.
        double co2 = 0, temperature = 0, humidity = 0, dust = 0, voc = 0, weight = 0;
        for (var at = from.UnixMilliseconds; at < to.UnixMilliseconds;)
        {
            var next = Math.Min(to.UnixMilliseconds, (at / MinuteMilliseconds + 1) * MinuteMilliseconds);
            var (air, piece) = (Air(place, new Instant((at + next) / 2)), next - at);
            (co2, temperature, humidity) = (co2 + piece * air.Co2, temperature + piece * air.Temperature, humidity + piece * air.Humidity);
            (dust, voc, weight) = (dust + piece * air.Dust, voc + piece * air.VocIndex, weight + piece);
            at = next;
        }
        return weight == 0 ? Air(place, from) : new(co2 / weight, temperature / weight, humidity / weight, dust / weight, voc / weight);
    }

    /// <summary>People in a room.</summary>
    /// <exception cref="ArgumentException">No such room.</exception>
    public int People(string room, Instant at)
    {
        var number = Room(room);
        if (number < 0) return 0;
        lock (_gate) return _climate.People.DayOf(at.UnixMilliseconds).PeopleAt(number, at.UnixMilliseconds);
    }

    /// <summary>Whether somebody is at a desk.</summary>
    /// <param name="desk">Number in <see cref="BuildingPlan.Desks"/>.</param>
    public bool IsDeskTaken(int desk, Instant at)
    {
        lock (_gate) return _climate.People.IsDeskTaken(desk, at.UnixMilliseconds);
    }

    /// <summary>All stays at a desk that lie, wholly or in part, between two instants: in order, apart from each other, not cut off.</summary>
    /// <param name="desk">Number in <see cref="BuildingPlan.Desks"/>.</param>
    public IReadOnlyList<BuildingStay> DeskStays(int desk, Instant from, Instant to)
    {
        lock (_gate) return _climate.People.DeskStays(desk, from.UnixMilliseconds, to.UnixMilliseconds);
    }

    /// <summary>Water taken since the start. It never shrinks.</summary>
    public long WaterMillilitres(Instant at)
    {
        lock (_gate)
            return Math.Max(0, _climate.People.Millilitres(at.UnixMilliseconds) - _climate.People.Millilitres(Start.UnixMilliseconds));
    }

    /// <summary>Everything that is judged by the minute, in order: cheap enough for a year.</summary>
    /// <param name="from">Rounded down to the minute.</param>
    /// <param name="to">Rounded down to the minute; its own minute is not told.</param>
    public IEnumerable<BuildingMinute> Minutes(Instant from, Instant to)
    {
        for (var minute = from.UnixMilliseconds / MinuteMilliseconds; minute < to.UnixMilliseconds / MinuteMilliseconds; minute++)
        {
            BuildingMinute told;
            lock (_gate) told = BuildingMinute.Of(minute, _climate, _ledger);
            yield return told;
        }
    }

    /// <summary>Active power in W; consumption is positive.</summary>
    /// <exception cref="ArgumentException">No such load.</exception>
    public double PowerW(string load, Instant at) => Index(load) >= 0 ? At(at).Value(load, "power.active") : double.NaN;

    /// <summary>Energy that flowed from one instant to a later one, exact but for the last bit of the division into kWh.</summary>
    /// <exception cref="ArgumentException">No such load.</exception>
    public EnergyFlow EnergyKwh(string load, Instant from, Instant to)
    {
        var index = Index(load);
        var (importFrom, exportFrom) = At(from).Units(index);
        var (importTo, exportTo) = At(to).Units(index);
        return new EnergyFlow(
            (importTo - importFrom) / BuildingTruthLedger.UnitsPerKwh, (exportTo - exportFrom) / BuildingTruthLedger.UnitsPerKwh);
    }

    /// <summary>Energy imported since the start, in 0.1 W x 1 ms: for those who count it in pulses.</summary>
    internal long ImportUnits(string load, Instant at) => At(at).Units(Index(load)).Import;

    private static int Index(string load)
    {
        var index = Loads.IndexOf(load);
        if (index >= 0) return index;
        throw new ArgumentException($"The simulated building has no load \"{load}\". It has: {string.Join(", ", Loads)}.", nameof(load));
    }

    private static int Room(string place)
    {
        if (Places.Contains(place)) return BuildingPlan.RoomOf(place);
        throw new ArgumentException($"The simulated building has no place \"{place}\". It has: {string.Join(", ", Places)}.", nameof(place));
    }
}
