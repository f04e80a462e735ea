using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>How one HLK-LD2410 radar is built into this centre. Immutable.</summary>
public sealed record Ld2410Options
{
    /// <summary>As the site names it; the first part of its point's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it sees is told again this often; a change at once. Over zero.</summary>
    public TimeSpan Confirm { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Switch its Bluetooth off at start, which alters the radar for good and makes it start anew: it is on as shipped, with a
    /// password that all of them share. False: left as it is.</summary>
    public bool TurnsBluetoothOff { get; init; }

    /// <summary>Id of the space or zone it watches, or null.</summary>
    public string? Place { get; init; }

    /// <summary>It watches one desk and nothing else: see <see cref="Point.Private"/>.</summary>
    public bool Private { get; init; }

    /// <summary>Speed of the line as shipped (protocol V1.02, 2.2): 256,000 baud, 8N1.</summary>
    public const int Baud = 256_000;

    /// <exception cref="ArgumentException"><see cref="Confirm"/> is not over zero.</exception>
    public Point ToPoint(PointId id)
    {
        if (Confirm <= TimeSpan.Zero) throw new ArgumentException($"{Name}: confirm must be over zero.");
        Quantity.TryGet("presence", out var presence);
        return new Point
        {
            Id = id, Name = $"{Name}.presence", Quantity = presence!, Device = Name, Place = Place, Period = Confirm, Min = 0, Max = 1, Private = Private,
        };
    }
}
