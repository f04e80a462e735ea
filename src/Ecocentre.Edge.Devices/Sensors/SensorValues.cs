using System.Collections.Immutable;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>What one measurement of a chip gave, by quantity. What is not set is missing. Used again for each measurement.</summary>
internal sealed class SensorValues(ImmutableArray<SensorQuantity> quantities)
{
    private readonly double[] _values = new double[quantities.Length];
    private readonly Quality[] _qualities = new Quality[quantities.Length];

    /// <summary>What the chip complains of, for people; null when it is well.</summary>
    public string? Complaint { get; set; }

    public (double Value, Quality Quality) this[int index] => (_values[index], _qualities[index]);

    public void Clear()
    {
        Complaint = null;
        Array.Fill(_values, double.NaN);
        Array.Fill(_qualities, Quality.Missing);
    }

    /// <summary>In the canonical unit. Not a number is a chip's "I do not know": missing.</summary>
    public void Set(string quantity, double value, Quality quality = Quality.Good)
    {
        var index = IndexOf(quantity);
        (_values[index], _qualities[index]) = double.IsNaN(value) ? (value, Quality.Missing) : (value, quality);
    }

    /// <summary>The value that was set, else NaN.</summary>
    public double Of(string quantity) => _values[IndexOf(quantity)];

    /// <summary>Lowers the quality of what was set; missing stays missing, and nothing gets better by it.</summary>
    public void Doubt(string quantity, Quality quality = Quality.Questionable)
    {
        var index = IndexOf(quantity);
        if (_qualities[index] < quality) _qualities[index] = quality;
    }

    private int IndexOf(string quantity)
    {
        for (var i = 0; i < quantities.Length; i++)
            if (quantities[i].Name == quantity) return i;
        throw new InvalidOperationException($"BUG: \"{quantity}\" is not among {string.Join(", ", quantities.Select(q => q.Name))}.");
    }
}
