using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>One room during one minute.</summary>
/// <param name="People">In it, mean.</param>
/// <param name="DesksTaken">Of its desks, mean.</param>
/// <param name="Air">Mean.</param>
public readonly record struct BuildingRoomMinute(double People, double DesksTaken, BuildingAirState Air);

/// <summary>What truly was during one minute of the simulated building. Immutable.</summary>
public sealed record BuildingMinute
{
    private const long MinuteMilliseconds = 60_000;

    public required Instant Start { get; init; }

    /// <summary>By room, in the order of <see cref="BuildingPlan.Rooms"/>.</summary>
    public required ImmutableArray<BuildingRoomMinute> Rooms { get; init; }

    public required BuildingAirState Outdoor { get; init; }

    /// <summary>By load, in the order of <see cref="BuildingTruth.Loads"/>: energy of this minute.</summary>
    public required ImmutableArray<EnergyFlow> Energy { get; init; }

    /// <summary>Taken in this minute.</summary>
    public required int WaterMillilitres { get; init; }

    /// <summary>In the whole building, mean.</summary>
    public double People => Rooms.Sum(room => room.People);

    internal static BuildingMinute Of(long minute, BuildingTruthClimate climate, BuildingTruthLedger ledger)
    {
        var at = minute * MinuteMilliseconds;
        var day = climate.People.DayOf(at);
        var rooms = new BuildingRoomMinute[BuildingPlan.Rooms.Length];
        for (var room = 0; room < rooms.Length; room++) rooms[room] = new(day.People(room, at), day.DesksTaken(room, at), climate.Mean(room, minute));
        var (before, after) = (ledger.AtMinute(minute), ledger.AtMinute(minute + 1));
        var energy = new EnergyFlow[BuildingTruthLedger.Subjects];
        for (var i = 0; i < energy.Length; i++)
        {
            var slot = i * BuildingTruthLedger.EnergySlots;
            energy[i] = new EnergyFlow(
                (after[slot] - before[slot]) / BuildingTruthLedger.UnitsPerKwh, (after[slot + 1] - before[slot + 1]) / BuildingTruthLedger.UnitsPerKwh);
        }
        // The last minute of a day ends with the day.
        var water = (at + MinuteMilliseconds == day.End ? day.Millilitres : day.MillilitresUntil(at + MinuteMilliseconds)) - day.MillilitresUntil(at);
        return new BuildingMinute
        {
            Start = new Instant(at), Rooms = [.. rooms], Outdoor = climate.Outdoor(at + MinuteMilliseconds / 2), Energy = [.. energy],
            WaterMillilitres = (int)water,
        };
    }
}
