using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>BME680 and BME688: temperature, relative humidity and pressure of the air, measured when asked. Never their gas
/// resistance.</summary>
/// <remarks> Source: Bosch Sensortec BME680 datasheet BST-BME680-DS001, revision 1.8: forced mode in section 3.1, registers in 5.2 and 5.3,
/// formulas in 3.3 (see <see cref="Bme680Trim"/>).
/// <code>
/// D0  chip id 0x61            F0  variant: 0 BME680, 1 BME688        E0  reset by 0xB6
/// 71  gas: bit 4 runs it      72  humidity oversampling (2:0)        75  filter
/// 74  oversampling T (7:5), P (4:2), mode (1:0), 01 measures once
/// 1D  status: bit 7 new, bit 5 measuring      1F  pressure 20 bits, temperature 20 bits, humidity 16 bits
/// </code>
/// Without gas the heater stays off and warms nothing. Resistance of the gas cell is not air quality: an index needs the maker's closed
/// library, and what is called eCO2 is an estimate that no CO2 criterion may rest on. It sends no checksum: parameters are read until two
/// readings agree.
/// </remarks>
internal sealed class Bme680 : Sensor
{
    private const byte Status = 0x1D, Values = 0x1F, GasControl = 0x71, HumidityControl = 0x72, Control = 0x74, Filter = 0x75;
    private const byte ChipId = 0xD0, Reset = 0xE0, Variant = 0xF0;

    // 5.3.1.9.
    private const byte Id = 0x61;

    // Once each (001), and forced mode (01).
    private const byte HumidityOnce = 0x01, MeasureOnce = 0x25;

    // 0x80000 is what a quantity reads that was not measured.
    private const int Skipped = 0x80000;

    private const byte IsNew = 0x80, IsMeasuring = 0x20;

    // The maker's driver waits 10 ms after a reset.
    private static readonly TimeSpan ResetTime = TimeSpan.FromMilliseconds(10);

    // Three times 1.963 ms, switching nine times 0.477 ms, waking 1 ms (the maker's driver): 11.2 ms.
    private static readonly TimeSpan MeasureTime = TimeSpan.FromMilliseconds(12);

    // Still busy after its longest time: asked this often again, a measuring time apart.
    private const int ChecksMax = 3;

    private readonly I2cChip _chip;
    private readonly RegisterBytes _registers;
    private readonly byte[] _bytes = new byte[8];
    private Bme680Trim? _trim;

    private Bme680(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
        _chip = new I2cChip(setup, wires);
        _registers = new RegisterBytes(_chip);
    }

    internal static ImmutableArray<SensorType> Types { get; } = [TypeOf("bme680", "BME680"), TypeOf("bme688", "BME688")];

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        _trim = null;
        var id = _registers.ReadSurely(ChipId, 1)[0];
        if (id != Id) throw _chip.Garbled($"it is no BME680: register 0xD0 says 0x{id:X2}, not 0x{Id:X2}.");
        var variant = _registers.Read(Variant);
        _registers.Write(Reset, 0xB6);
        await _chip.WaitAsync(ResetTime, cancellation);
        var trim = new Bme680Trim(_registers.ReadSurely(Bme680Trim.FirstRegister, Bme680Trim.FirstLength),
            _registers.ReadSurely(Bme680Trim.SecondRegister, Bme680Trim.SecondLength));
        if (!trim.IsPossible) throw _chip.Garbled("its trimming parameters are empty.");
        _registers.WriteSurely(GasControl, 0, 0x10);
        _registers.WriteSurely(Filter, 0, 0x1C);
        _registers.WriteSurely(HumidityControl, HumidityOnce, 0x07);
        _trim = trim;
        return new SensorSelf(variant == 1 ? "Bosch BME688" : "Bosch BME680");
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        if (!await AskAsync(cancellation))
        {
            values.Complaint = "it had lost its power and its settings and was started anew.";
            await RestartAsync(cancellation);
            if (!await AskAsync(cancellation)) throw _chip.Garbled("it forgets its settings as soon as it has them.");
        }
        var pressure = _bytes[0] << 12 | _bytes[1] << 4 | _bytes[2] >> 4;
        var temperature = _bytes[3] << 12 | _bytes[4] << 4 | _bytes[5] >> 4;
        if (temperature == Skipped) return false;
        var fine = _trim!.FineTemperature(temperature);
        values.Set("temperature", Bme280Trim.Temperature(fine) - (Options.TemperatureOffset ?? 0));
        values.Set("humidity", _trim.Humidity(_bytes[6] << 8 | _bytes[7], fine));
        if (pressure != Skipped) values.Set("pressure", _trim.Pressure(pressure, fine));
        return true;
    }

    /// <summary>Measures once.</summary>
    /// <returns>False when it has forgotten its settings: it would give a number for humidity that it did not measure.</returns>
    private async ValueTask<bool> AskAsync(CancellationToken cancellation)
    {
        _registers.Write(Control, MeasureOnce);
        for (var check = 0; ; check++)
        {
            await _chip.WaitAsync(MeasureTime, cancellation);
            if ((_registers.Read(Status) & (IsNew | IsMeasuring)) == IsNew) break;
            if (check == ChecksMax) throw _chip.Garbled("it measures for longer than it can.");
        }
        _registers.ReadSurely(Values, _bytes);
        return (_registers.Read(HumidityControl) & 0x07) == HumidityOnce;
    }

    private static SensorType TypeOf(string word, string title) => new(word, $"Bosch {title}", SensorWire.I2c,
        [new("temperature", -40, 85), new("humidity", 0, 100), new("pressure", 300, 1100)])
    {
        Addresses = [0x76, 0x77],
        PeriodMin = TimeSpan.FromSeconds(1),
        Make = (setup, wires) => new Bme680(setup, wires),
    };
}
