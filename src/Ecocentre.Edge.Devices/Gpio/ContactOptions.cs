using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Gpio;

/// <summary>How one contact of this centre is wired: a PIR, the OUT pin of a radar, a switch under a desk. Immutable.</summary>
public sealed record ContactOptions
{
    /// <summary>As the site names it; the first part of its point's name.</summary>
    public required string Name { get; init; }

    /// <summary>The line; active means somebody is there (or the contact is closed).</summary>
    public required LineSettings Line { get; init; }

    /// <summary><c>presence</c> or <c>contact</c>, or any other state.</summary>
    public string Quantity { get; init; } = "presence";

    /// <summary>How long the sensor says nothing meaningful after power-on: readings of that time are questionable. Zero for a plain
    /// contact.</summary>
    /// <remarks>Panasonic EKMC/EKMB: up to 30 s of circuit stability time; HC-SR501: about 60 s.</remarks>
    public TimeSpan WarmUp { get; init; }

    /// <summary>The level is read and told again this often, so that stillness differs from silence. Over zero.</summary>
    public TimeSpan Confirm { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Id of the space or zone it watches, or null.</summary>
    public string? Place { get; init; }

    /// <summary>It watches one desk and nothing else: see <see cref="Point.Private"/>.</summary>
    public bool Private { get; init; }

    /// <summary>What is wrong with the options: the field as a site file calls it, and what to do about it.</summary>
    public IEnumerable<(string Field, string Text)> Faults()
    {
        if (!Plant.Quantity.TryGet(Quantity, out var quantity) || quantity.Kind != PointKind.State)
            yield return ("quantity", $"\"{Quantity}\" is not on or off; a contact yields presence or contact.");
        if (Confirm <= TimeSpan.Zero) yield return ("confirm", "must be over zero.");
        if (WarmUp < TimeSpan.Zero) yield return ("warmUp", "must not be under zero.");
        if (Line.Debounce < TimeSpan.Zero) yield return ("debounce", "must not be under zero.");
    }

    /// <exception cref="ArgumentException">There are <see cref="Faults"/>.</exception>
    public Point ToPoint(PointId id)
    {
        foreach (var (field, text) in Faults()) throw new ArgumentException($"{Name}: {field} {text}");
        Plant.Quantity.TryGet(Quantity, out var quantity);
        return new Point
        {
            Id = id, Name = $"{Name}.{Quantity}", Quantity = quantity!, Device = Name, Place = Place, Period = Confirm, Min = 0, Max = 1,
            Private = Private,
        };
    }
}
