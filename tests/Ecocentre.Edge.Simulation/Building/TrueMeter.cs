using Ecocentre.Edge.Devices.Meters;

namespace Ecocentre.Edge.Simulation.Building;

/// <summary>What truly flows through one meter, and what its registers show of it.</summary>
/// <remarks>Power is constant for ten seconds at a time, so that energy is a sum without error. It is asked in order of time.</remarks>
public sealed class TrueMeter
{
    /// <summary>They never change, so that a value in the wrong place shows.</summary>
    public const double Volts = 230, Hertz = 50;

    private const long SlotTicks = 10 * TimeSpan.TicksPerSecond;

    private readonly Random _random;
    private readonly double _powerMax;
    private readonly double _offset;
    private readonly double? _rolloverAt;
    private readonly List<(long From, long To, double Shown)> _glitches = [];
    private readonly List<double> _importBySlot = [];
    private long _quietFrom = long.MaxValue;
    private long _loadFrom;
    private long _slot = -1;
    private double _power;
    private double _import;
    private double _resetAtImport;
    private double _resetTo;
    private bool _wasReset;

    /// <param name="model">Says where the register rolls over.</param>
    /// <param name="offset">What the import register showed when the world began, kWh.</param>
    /// <param name="powerMax">W.</param>
    public TrueMeter(MeterModel model, double offset, double powerMax, Random random)
    {
        Model = model;
        _offset = offset;
        _powerMax = powerMax;
        _random = random;
        _rolloverAt = model.Points[Quantities.Import].RolloverAt;
    }

    public MeterModel Model { get; }

    /// <summary>The smallest step its register can show anywhere between where it began and where it will end, kWh.</summary>
    public double Step => Model.Points[Quantities.Import].StepAt(_offset);

    /// <summary>How often its register has begun again at zero because it was full.</summary>
    public int Rollovers { get; private set; }

    /// <summary>True imported energy since the world began, kWh.</summary>
    public double Import(long now)
    {
        Advance(now);
        return _import + _power * (now - _slot * SlotTicks) / TimeSpan.TicksPerHour / 1000;
    }

    /// <summary>True energy of a stretch, of which the ends are rounded away from each other to ten seconds, kWh.</summary>
    public double ImportBetween(long from, long to)
    {
        Advance(to + SlotTicks);
        return _importBySlot[(int)(to / SlotTicks) + 1] - _importBySlot[(int)(Math.Max(0, from) / SlotTicks)];
    }

    /// <summary>Nothing flows before and after: registers stand still, so that the first and the last reading can be compared exactly.</summary>
    public void LoadBetween(long from, long to) => (_loadFrom, _quietFrom) = (from, to);

    /// <summary>For a while the import register shows something that is not true.</summary>
    public void Glitch(long from, long to, double shown) => _glitches.Add((from, to, shown));

    /// <summary>Someone sets the import register back to zero.</summary>
    public void Reset(long now) => Swap(now, 0);

    /// <summary>Another meter takes the place of this one, with a register of its own in kWh.</summary>
    public void Swap(long now, double register)
    {
        _resetTo = register;
        _resetAtImport = Import(now);
        _wasReset = true;
    }

    /// <summary>What the meter shows of a quantity now, in its canonical unit.</summary>
    public double Shown(string quantity, long now)
    {
        Advance(now);
        switch (quantity)
        {
            case Quantities.Import:
                foreach (var (from, to, shown) in _glitches)
                    if (now >= from && now < to) return shown;
                return Register(now);
            case Quantities.Power: return _power;
            case Quantities.Voltage: return Volts;
            case Quantities.Frequency: return Hertz;
            default: return Constant(quantity);
        }
    }

    /// <summary>What a quantity is that nothing in the world moves.</summary>
    public static double Constant(string quantity) =>
        quantity.StartsWith("voltage.l", StringComparison.Ordinal) ? Volts : 0;

    private double Register(long now)
    {
        var register = _wasReset ? _resetTo + Import(now) - _resetAtImport : _offset + Import(now);
        if (_rolloverAt is { } end)
        {
            Rollovers = Math.Max(Rollovers, (int)(register / end));
            register %= end;
        }
        // A counter shows what is complete; a float has no step of its own here.
        var step = Model.Points[Quantities.Import].Resolution;
        return step > 0 ? Math.Floor(register / step + 1e-9) * step : register;
    }

    private void Advance(long now)
    {
        var slot = now / SlotTicks;
        while (_slot < slot)
        {
            if (_slot >= 0) _import += _power * SlotTicks / TimeSpan.TicksPerHour / 1000;
            _importBySlot.Add(_import);
            _slot++;
            var begins = _slot * SlotTicks;
            var flows = begins >= _loadFrom && begins < _quietFrom;
            // One draw a slot whatever happens, so that a fault added elsewhere leaves the loads as they were.
            var draw = _random.NextDouble();
            _power = !flows ? 0 : draw < 0.1 ? 0 : Math.Round(draw * _powerMax);
        }
    }
}
