using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>Where a meter model keeps one quantity and how its registers become a value in the quantity's canonical unit.</summary>
/// <remarks>Immutable; any thread. It occupies one stretch of registers, its <em>span</em>, that is always read in one request: a number,
/// or several that are added, and the scale register if there is one.</remarks>
public sealed record MeterPoint
{
    // SunSpec: a scale factor is an int16 from -10 to 10; 0x8000 says "not implemented" (Device Information Model Specification V1.1,
    // 4.2.8).
    private const int ExponentMax = 10;

    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];

    private readonly ImmutableArray<int> _registers = [];
    private readonly int _first;
    private readonly int _last;
    private readonly double _factor = 1;
    private readonly double _multiplier = 1;
    private readonly double _divisor = 1;

    public required Quantity Quantity { get; init; }

    public required RegisterTable Table { get; init; }

    /// <summary>First register of the number; several when the value is their sum. Zero-based, as sent, or the offset from the SunSpec
    /// model's first.</summary>
    public required ImmutableArray<int> Registers
    {
        get => _registers;
        init
        {
            _registers = value;
            _first = value.Min();
            _last = value.Max();
        }
    }

    public required RegisterFormat Format { get; init; }

    /// <summary>The number the maker prints for the register, for people; or null.</summary>
    public string? Printed { get; init; }

    /// <summary>The unit of the maker's table, before scaling to the canonical one.</summary>
    public required string Unit { get; init; }

    /// <summary>Canonical units for one step of an integer register (before a scale register), or for 1.0 of a float. Over zero.</summary>
    public double Factor
    {
        get => _factor;
        init
        {
            _factor = value;
            // 0.1 is no binary number: 2302 x 0.1 is 230.20000000000002, 2302 / 10 is 230.2. So a fraction of one divides.
            var inverse = Math.Round(1 / value);
            var divides = value < 1 && Math.Abs(inverse * value - 1) < 1e-9;
            var whole = Math.Round(value);
            _multiplier = divides ? 1 : Math.Abs(whole - value) < 1e-9 * value ? whole : value;
            _divisor = divides ? inverse : 1;
        }
    }

    /// <summary>Register of a power of ten (int16, -10 to 10) that the number is multiplied with, or null.</summary>
    public int? ScaleRegister { get; init; }

    /// <summary>Bits that say "no value", at the full width of the number.</summary>
    public ImmutableArray<ulong> Invalid { get; init; } = [];

    /// <summary>Plausible range in the canonical unit, both included.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <inheritdoc cref="Min"/>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Counters: where the register starts again at zero, in the canonical unit, or null.</summary>
    public double? RolloverAt { get; init; }

    /// <summary>Smallest step in the canonical unit, as declared or, for integers, as the register gives it. A float's own step may be
    /// wider: <see cref="StepAt"/>.</summary>
    public double Resolution { get; init; }

    /// <summary>The period of a quantity that changes slowly, where the site says none; or null.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Some variants of the model lack it: a refused read is then a hole and no fault.</summary>
    public bool Optional { get; init; }

    /// <summary>First register of the span.</summary>
    public int Address => Math.Min(_first, ScaleRegister ?? int.MaxValue);

    /// <summary>Registers in the span.</summary>
    public int Length => Math.Max(_last + Format.Words, (ScaleRegister ?? -1) + 1) - Address;

    /// <summary>Smallest difference the point can show near a value, in the canonical unit: the declared resolution or the float's own
    /// step, whichever is wider. A float32 near 600,000 kWh moves in steps of 0.0625 kWh.</summary>
    public double StepAt(double value)
    {
        if (!Format.IsFloat) return Resolution;
        var raw = Math.Abs(value) / _factor;
        var step = Format.Type == RegisterType.Float32 ? MathF.BitIncrement((float)raw) - (double)(float)raw : Math.BitIncrement(raw) - raw;
        return Math.Max(Resolution, step * _factor);
    }

    /// <summary>One number and nothing else: no mark for "none", no register of a power of ten, no sum. <see cref="Scale"/> makes it the value.</summary>
    internal bool IsPlain => _registers.Length == 1 && ScaleRegister is null && Invalid.IsEmpty;

    /// <summary>What a plain number becomes.</summary>
    internal NumberScale Scale(double gain) => new(_multiplier, _divisor, gain);

    /// <summary>A number of the registers in the canonical unit.</summary>
    internal double Scaled(double number) => number * _multiplier / _divisor;

    /// <summary>The value in the span, in the canonical unit, or NaN when the meter says it has none.</summary>
    /// <param name="span"><see cref="Length"/> registers from <see cref="Address"/> on, in wire order.</param>
    public double Decode(ReadOnlySpan<ushort> span)
    {
        if (_registers.Length == 1 && ScaleRegister is null)
        {
            var one = RegisterDecoder.Bits(span, Format);
            foreach (var none in Invalid.AsSpan())
                if (one == none) return double.NaN;
            return Scaled(RegisterDecoder.Number(one, Format.Type));
        }
        var first = Address;
        var sum = 0.0;
        foreach (var register in _registers)
        {
            var bits = RegisterDecoder.Bits(span[(register - first)..], Format);
            if (Invalid.AsSpan().Contains(bits)) return double.NaN;
            sum += RegisterDecoder.Number(bits, Format.Type);
        }
        if (ScaleRegister is { } scale)
        {
            var exponent = (short)span[scale - first];
            if (Math.Abs((int)exponent) > ExponentMax) return double.NaN;
            sum = exponent < 0 ? sum / PowersOfTen[-exponent] : sum * PowersOfTen[exponent];
        }
        return Scaled(sum);
    }

    /// <summary>The inverse of <see cref="Decode"/>, for simulated meters: writes the registers nearest to a value.</summary>
    /// <param name="value">In the canonical unit; NaN writes the first of <see cref="Invalid"/>, a float its NaN, else 0.</param>
    /// <param name="span"><see cref="Length"/> registers from <see cref="Address"/> on; only those of the number are written. The power of
    /// ten that stands in the scale register is kept and used (0 in fresh registers).</param>
    public void Encode(double value, Span<ushort> span)
    {
        var first = Address;
        var number = value * _divisor / _multiplier;
        if (ScaleRegister is { } scale)
        {
            var exponent = Math.Clamp((int)(short)span[scale - first], -ExponentMax, ExponentMax);
            number = exponent < 0 ? number * PowersOfTen[-exponent] : number / PowersOfTen[exponent];
        }
        for (var i = 0; i < Registers.Length; i++)
        {
            // A sum is split into equal parts; the last takes what rounding left, so that the sum is as exact as one register.
            var rest = Registers.Length - i;
            var part = rest == 1 ? number : Format.IsFloat ? number / rest : Math.Round(number / rest);
            var bits = !double.IsNaN(value) ? RegisterEncoder.Bits(part, Format.Type)
                : Invalid.Length > 0 ? Invalid[0]
                : Format.IsFloat ? RegisterEncoder.Bits(double.NaN, Format.Type) : 0;
            RegisterEncoder.Put(bits, Format, span[(Registers[i] - first)..]);
            number -= RegisterDecoder.Number(bits, Format.Type);
        }
    }
}
