using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Gpio;

/// <summary>How the pulse output of one meter is wired and what a pulse is worth. Immutable.</summary>
public sealed record PulseOptions
{
    /// <summary>As the site names it; the first part of its point's name.</summary>
    public required string Name { get; init; }

    /// <summary>The line; a pulse begins when it becomes active.</summary>
    public required LineSettings Line { get; init; }

    /// <summary>A counter: <c>energy.active.import</c>, <c>water</c>, <c>pulses</c>.</summary>
    public required string Quantity { get; init; }

    /// <summary>What one pulse is worth in the quantity's canonical unit: 0.001 kWh for a meter of 1,000 pulses a kWh. Over zero.</summary>
    public required double PerPulse { get; init; }

    /// <summary>The meter's own register when counting first began, in the canonical unit.</summary>
    public double Register { get; init; }

    /// <summary>The shortest time that the meter holds its output on, and off; the debounce must be under it.</summary>
    /// <remarks>30 ms: IEC 62053-31 (S0) asks for at least that much of both.</remarks>
    public TimeSpan PulseLength { get; init; } = TimeSpan.FromMilliseconds(30);

    /// <summary>Time between two readings. Over zero.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Fastest plausible growth in canonical units an hour; without one it follows from the pulse length.</summary>
    public double? RateMaxPerHour { get; init; }

    /// <summary>Id of the space or zone it measures, or null for the whole centre.</summary>
    public string? Place { get; init; }

    /// <summary>No more can be counted an hour than pulses follow each other: on and off again.</summary>
    internal double FastestPerHour => PerPulse * (TimeSpan.FromHours(1) / (2 * PulseLength));

    /// <inheritdoc cref="ContactOptions.Faults"/>
    public IEnumerable<(string Field, string Text)> Faults()
    {
        if (!Plant.Quantity.TryGet(Quantity, out var quantity) || quantity.Kind != PointKind.Counter)
            yield return ("quantity", $"\"{Quantity}\" does not count; pulses make energy.active.import, water or another counter.");
        if (!(PerPulse > 0) || !double.IsFinite(PerPulse)) yield return ("perPulse", "must be a number over zero, in the quantity's unit.");
        if (!(Register >= 0) || !double.IsFinite(Register)) yield return ("register", "must be what the meter shows, zero or more.");
        if (Period <= TimeSpan.Zero) yield return ("period", "must be over zero.");
        if (PulseLength <= TimeSpan.Zero) yield return ("pulseLength", "must be over zero.");
        if (Line.Debounce < TimeSpan.Zero) yield return ("debounce", "must not be under zero.");
        if (Line.Debounce >= PulseLength)
            yield return ("debounce",
                $"is {Line.Debounce.TotalMilliseconds} ms, but pulses may be as short as {PulseLength.TotalMilliseconds} ms and would be lost: " +
                "take 10 ms.");
        if (RateMaxPerHour is { } rate && !(rate > 0)) yield return ("rateMaxPerHour", "must be over zero.");
    }

    /// <exception cref="ArgumentException">There are <see cref="Faults"/>.</exception>
    public Point ToPoint(PointId id)
    {
        foreach (var (field, text) in Faults()) throw new ArgumentException($"{Name}: {field} {text}");
        Plant.Quantity.TryGet(Quantity, out var quantity);
        return new Point
        {
            Id = id, Name = $"{Name}.{Quantity}", Quantity = quantity!, Device = Name, Place = Place, Period = Period, Min = 0,
            Resolution = PerPulse, RateMaxPerHour = RateMaxPerHour ?? FastestPerHour,
        };
    }
}
