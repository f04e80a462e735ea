using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A meter or sensor of any model, mounted on a load or in a room of the simulated building: it answers as the real one
/// would.</summary>
/// <remarks>Counters show the last whole step that was passed, powers and levels the nearest number the registers can hold. Any
/// thread.</remarks>
public sealed class SimulatedMeter
{
    private readonly BuildingTruth _truth;
    private readonly SimulatedMeterMap _map;
    private readonly int _counterSeed;
    private volatile bool _dead;

    /// <param name="subject">One of <see cref="BuildingTruth.Loads"/> or <see cref="BuildingTruth.Places"/>. What the subject does not have,
    /// the meter marks as not available.</param>
    /// <param name="counterSeed">Decides what its counters stood at when the truth began, in whole kWh; 0 for new from the factory.</param>
    /// <exception cref="ArgumentException">No such subject.</exception>
    public SimulatedMeter(MeterModel model, BuildingTruth truth, string subject, int counterSeed = 0)
    {
        if (!BuildingTruth.Loads.Contains(subject) && !BuildingTruth.Places.Contains(subject))
            throw new ArgumentException($"The simulated building has neither a load nor a place \"{subject}\".", nameof(subject));
        Model = model;
        Subject = subject;
        _truth = truth;
        _counterSeed = counterSeed;
        _map = new SimulatedMeterMap(model);
    }

    public MeterModel Model { get; }

    public string Subject { get; }

    /// <summary>While set, the device does not answer.</summary>
    public bool IsDead
    {
        get => _dead;
        set => _dead = value;
    }

    /// <summary>What a quantity truly is at the meter, in its canonical unit, before it is rounded into registers: counters with what they
    /// stood at when the truth began, without rollover. NaN when there is no such quantity.</summary>
    public double Value(string quantity, Instant at) => _truth.At(at).Value(Subject, quantity) + CounterStart(quantity);

    /// <summary>The number a point's registers show at an instant, in the canonical unit, but for what the registers' type rounds.</summary>
    public double Shown(MeterPoint point, Instant at)
    {
        var value = Value(point.Quantity.Name, at);
        if (point.Quantity.Kind != PointKind.Counter || double.IsNaN(value)) return value;
        if (point.RolloverAt is { } end) value %= end;
        var step = _map.StepOf(point);
        return step > 0 ? Math.Floor(value / step) * step : value;
    }

    /// <summary>Answers a request as of an instant. Returns as <see cref="RegisterBank.Read"/> does.</summary>
    public int Read(ModbusRead request, Instant at, Span<ushort> words)
    {
        if (IsDead) return -1;
        var refusal = _map.Refusal(request);
        if (refusal != 0) return refusal;
        _map.Background(request, words);
        foreach (var point in _map.Within(request)) _map.Put(point, Shown(point, at), request, words);
        return 0;
    }

    private double CounterStart(string quantity)
    {
        if (_counterSeed == 0 || !quantity.StartsWith("energy.", StringComparison.Ordinal)) return 0;
        var phase = quantity[^1] - '0';
        return quantity.Split('.') switch
        {
            [_, "active", "import", _] => Start(0 + phase),
            [_, "active", "export", _] => Start(4 + phase) / 16,
            [_, "active", "import"] => Start(1) + Start(2) + Start(3),
            [_, "active", "export"] => Start(5) / 16 + Start(6) / 16 + Start(7) / 16,
            [_, "active", "total"] => CounterStart("energy.active.import") + CounterStart("energy.active.export"),
            [_, "reactive", "import"] => Start(8),
            [_, "reactive", "export"] => Start(9) / 64,
            _ => 0,
        };

        // Up to 8192 kWh, and whole numbers after every division above, so that nothing is lost in the sum.
        double Start(int stream) => Math.Floor(BuildingTruthNoise.Uniform(_counterSeed, 300 + stream, 0) * 128) * 64;
    }
}
