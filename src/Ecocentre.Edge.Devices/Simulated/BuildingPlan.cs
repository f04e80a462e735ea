using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A room of the simulated work centre. Immutable.</summary>
/// <param name="Place">Its id, name, area, height and the people it is designed for.</param>
/// <param name="Desks">How many stand in it.</param>
/// <param name="VentedPerHour">Air changes an hour while the centre is open: its share of the mechanical ventilation.</param>
/// <param name="Facade">Window area for each m² of floor.</param>
public sealed record BuildingRoom(Space Place, int Desks, double VentedPerHour, double Facade)
{
    public string Id => Place.Id;

    public double AreaSquareMetres => Place.AreaSquareMetres!.Value;

    public double VolumeCubicMetres => AreaSquareMetres * Place.HeightMetres!.Value;
}

/// <summary>The rooms and desks of the simulated work centre: plain data, the same for every seed.</summary>
/// <remarks>Chosen to look like such a centre; none is measured. The video room is badly aired on purpose.</remarks>
public static class BuildingPlan
{
    /// <summary>What the outdoor air is called where a room's name would stand.</summary>
    public const string Outdoor = "outdoor";

    /// <summary>Of the ground floor, above the sea.</summary>
    public const double AltitudeMetres = 254;

    /// <summary>Rooms that people are in, in the site's order.</summary>
    public static ImmutableArray<BuildingRoom> Rooms { get; } =
    [
        Room("open-space", "Open space", 260, 3.0, 44, (0, 0, 20, 13), desks: 38, vented: 1.6, facade: 0.16),
        Room("quiet-space", "Quiet space", 110, 2.8, 20, (20.3, 0, 32.3, 9.2), desks: 16, vented: 1.5, facade: 0.18),
        Room("focus-room", "Focus room", 26, 2.7, 6, (0, 14.8, 6.5, 18.8), desks: 6, vented: 1.8, facade: 0.10),
        Room("meeting-room", "Meeting room", 42, 2.8, 14, (6.8, 14.8, 17.3, 18.8), desks: 0, vented: 2.5, facade: 0.14),
        Room("video-room", "Video room", 18, 2.6, 6, (17.6, 14.8, 22.1, 18.8), desks: 0, vented: 0.7, facade: 0.06),
        Room("kitchen", "Kitchen", 45, 2.8, 20, (20.3, 9.5, 32.3, 13), desks: 0, vented: 2.2, facade: 0.15),
    ];

    /// <summary>Desks <c>d01</c> to <c>d60</c>: those of the first room first. Their place in this list is their number.</summary>
    public static ImmutableArray<Desk> Desks { get; } =
    [
        .. Rooms.SelectMany(room => Enumerable.Repeat(room.Id, room.Desks))
            .Select((room, i) => new Desk($"d{i + 1:00}", $"LYO-D{i + 1:00}", room, []) { At = Stands(i) }),
    ];

    internal const int OpenSpace = 0, QuietSpace = 1, MeetingRoom = 3, VideoRoom = 4, Kitchen = 5;

    /// <summary>Number of the room in <see cref="Rooms"/>, or -1.</summary>
    public static int RoomOf(string id)
    {
        for (var i = 0; i < Rooms.Length; i++)
            if (Rooms[i].Id == id) return i;
        return -1;
    }

    /// <summary>The room in which a desk stands, by numbers.</summary>
    internal static ImmutableArray<int> RoomOfDesk { get; } = [.. Desks.Select(d => RoomOf(d.Space))];

    private static BuildingRoom Room(
        string id, string name, double area, double height, int people, (double Left, double Top, double Right, double Bottom) walls, int desks,
        double vented, double facade) => new(
        new Space(id, name, "0")
        {
            AreaSquareMetres = area, HeightMetres = height, PeopleMax = people,
            Outline = new Outline([new(walls.Left, walls.Top), new(walls.Right, walls.Top), new(walls.Right, walls.Bottom), new(walls.Left, walls.Bottom)]),
        },
        desks, vented, facade);

    /// <summary>Benches of two rows back to back in the open space, four rows in the quiet one, two in the focus room.</summary>
    private static FloorPoint Stands(int desk) => desk switch
    {
        // Two rows of seven at the windows, four of six behind them.
        < 14 => new FloorPoint(2.2 + desk % 7 * 2.6, desk < 7 ? 2.1 : 3.9),
        < 38 => new FloorPoint(2.2 + (desk - 14) % 6 * 2.6, ((desk - 14) / 6) switch { 0 => 6.2, 1 => 8, 2 => 10.2, _ => 12 }),
        < 54 => new FloorPoint(22.1 + (desk - 38) % 4 * 2.8, ((desk - 38) / 4) switch { 0 => 2.1, 1 => 3.9, 2 => 6.3, _ => 8.1 }),
        _ => new FloorPoint(1.3 + (desk - 54) % 3 * 1.95, desk < 57 ? 16.5 : 18),
    };
}
