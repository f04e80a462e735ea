using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Energy through one point of the wiring between two instants, in kWh; both at least 0.</summary>
public readonly record struct EnergyFlow(double Import, double Export);

/// <summary>What truly happens in the simulated work centre: power of every load, energy, presence, weather, room air.</summary>
/// <remarks>
/// A pure function of seed, zone and time: asked twice, in any order, it answers the same. Each load's power is constant for a second
/// and a multiple of 0.1 W; energy is their exact integral, so that what meters counted can be compared with what was consumed. The
/// building's main line carries the sum of all loads (photovoltaics negative), split into import and export at every instant, as a
/// three-phase meter does that balances its phases.
/// <para>Any thread. Asking about a far instant costs some milliseconds for each hour since the start, once.</para>
/// </remarks>
public sealed class BuildingTruth
{
    private readonly Lock _gate = new();
    private readonly BuildingTruthClimate _climate;
    private readonly BuildingTruthLedger _ledger;
    private BuildingTruthFrame? _last;

    /// <param name="start">Where counters stand at 0; rounded down to the minute. Earlier instants count as it.</param>
    /// <param name="zone">In which people come and go.</param>
    public BuildingTruth(int seed, Instant start, TimeZoneInfo zone)
    {
        Seed = seed;
        _climate = new BuildingTruthClimate(seed, zone);
        _ledger = new BuildingTruthLedger(_climate, seed, start);
    }

    /// <summary>Places in the wiring that can be metered: <c>main</c>, the whole building, then its loads.</summary>
    public static ImmutableArray<string> Loads { get; } = ["main", .. BuildingTruthLoads.All.Select(load => load.Name)];

    /// <summary>Rooms whose air can be measured.</summary>
    public static ImmutableArray<string> Rooms { get; } = ["open-space", "meeting-room"];

    public int Seed { get; }

    /// <summary>Where counting begins.</summary>
    public Instant Start => _ledger.Start;

    /// <summary>Everything true at an instant.</summary>
    public BuildingTruthFrame At(Instant at)
    {
        lock (_gate)
        {
            if (_last is { } last && last.At == at) return last;
            return _last = new BuildingTruthFrame(Seed, at, _ledger.At(at), _climate);
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

    private static int Index(string load)
    {
        var index = Loads.IndexOf(load);
        if (index >= 0) return index;
        throw new ArgumentException($"The simulated building has no load \"{load}\". It has: {string.Join(", ", Loads)}.", nameof(load));
    }
}
