using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>BME280: temperature, relative humidity and pressure of the air, measured when asked.</summary>
/// <remarks> Source: Bosch Sensortec BME280 datasheet BST-BME280-DS002, revision 1.6: memory map in section 5.3, forced mode in 3.3.3,
/// times in appendix 9.1, formulas in 8.1 (see <see cref="Bme280Trim"/>).
/// <code>
/// D0  chip id 0x60            E0  reset by 0xB6, 2 ms
/// F2  humidity oversampling   F3  status: bit 3 measuring, bit 0 loading its trimming parameters
/// F4  oversampling T (7:5), P (4:2), mode (1:0), 01 measures once      F5  filter
/// F7  pressure 20 bits, temperature 20 bits, humidity 16 bits
/// </code>
/// Each quantity is oversampled once and not filtered: 9.3 ms at most. Humidity oversampling counts from the next write of F4 on. It sends
/// no checksum: parameters are read until two readings agree. Its own warmth lifts the temperature by up to 1 K; it cannot tell a serial
/// number.
/// </remarks>
internal sealed class Bme280 : Sensor
{
    private const byte ChipId = 0xD0, Reset = 0xE0, HumidityControl = 0xF2, Status = 0xF3, Control = 0xF4, Filter = 0xF5, Values = 0xF7;

    // 5.4.1: 0x60; a BMP280, which looks alike and has no humidity, says 0x58.
    private const byte Id = 0x60, IdWithoutHumidity = 0x58;

    // Once each (001), and forced mode (01).
    private const byte HumidityOnce = 0x01, MeasureOnce = 0x25;

    // 3.3.4, table 18: a skipped pressure or temperature reads 0x80000, humidity 0x8000.
    private const int Skipped = 0x80000, SkippedHumidity = 0x8000;

    // Table 1: 2 ms from reset to the first communication.
    private static readonly TimeSpan ResetTime = TimeSpan.FromMilliseconds(3);

    // Appendix 9.1: 1.25 + 2.3 + 2.3 + 0.575 + 2.3 + 0.575 ms.
    private static readonly TimeSpan MeasureTime = TimeSpan.FromMilliseconds(10);

    // Still busy after its longest time: asked this often again, a measuring time apart.
    private const int ChecksMax = 3;

    private readonly I2cChip _chip;
    private readonly RegisterBytes _registers;
    private readonly byte[] _bytes = new byte[8];
    private Bme280Trim? _trim;

    private Bme280(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
        _chip = new I2cChip(setup, wires);
        _registers = new RegisterBytes(_chip);
    }

    internal static ImmutableArray<SensorType> Types { get; } =
    [
        new("bme280", "Bosch BME280", SensorWire.I2c, [new("temperature", -40, 85), new("humidity", 0, 100), new("pressure", 300, 1100)])
        {
            Addresses = [0x76, 0x77],
            PeriodMin = TimeSpan.FromSeconds(1),
            Make = (setup, wires) => new Bme280(setup, wires),
        },
    ];

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        _trim = null;
        var id = _registers.ReadSurely(ChipId, 1)[0];
        if (id == IdWithoutHumidity) throw _chip.Garbled("it is a BMP280, which has no humidity; a BME280 says 0x60 in register 0xD0.");
        if (id != Id) throw _chip.Garbled($"it is no BME280: register 0xD0 says 0x{id:X2}, not 0x{Id:X2}.");
        _registers.Write(Reset, 0xB6);
        await _chip.WaitAsync(ResetTime, cancellation);
        await UntilAsync(0x01, cancellation);
        var trim = new Bme280Trim(_registers.ReadSurely(Bme280Trim.FirstRegister, Bme280Trim.FirstLength),
            _registers.ReadSurely(Bme280Trim.SecondRegister, Bme280Trim.SecondLength));
        if (!trim.IsPossible) throw _chip.Garbled("its trimming parameters are empty.");
        // Bit 1 is nobody's (5.4.6).
        _registers.WriteSurely(Filter, 0, 0xFD);
        _registers.WriteSurely(HumidityControl, HumidityOnce, 0x07);
        _trim = trim;
        return new SensorSelf(Setup.Type.Title);
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
        var humidity = _bytes[6] << 8 | _bytes[7];
        if (temperature == Skipped) return false;
        var fine = _trim!.FineTemperature(temperature);
        values.Set("temperature", Bme280Trim.Temperature(fine) - (Options.TemperatureOffset ?? 0));
        if (humidity != SkippedHumidity) values.Set("humidity", _trim.Humidity(humidity, fine));
        if (pressure != Skipped) values.Set("pressure", _trim.Pressure(pressure, fine));
        return true;
    }

    /// <summary>Measures once.</summary>
    /// <returns>False when it has forgotten its settings: it would give a number for humidity that it did not measure.</returns>
    private async ValueTask<bool> AskAsync(CancellationToken cancellation)
    {
        _registers.Write(Control, MeasureOnce);
        await _chip.WaitAsync(MeasureTime, cancellation);
        await UntilAsync(0x08, cancellation);
        _registers.ReadSurely(Values, _bytes);
        return (_registers.Read(HumidityControl) & 0x07) == HumidityOnce;
    }

    /// <summary>Waits until a bit of the status is down.</summary>
    private async ValueTask UntilAsync(byte bit, CancellationToken cancellation)
    {
        for (var check = 0; (_registers.Read(Status) & bit) != 0; check++)
        {
            if (check == ChecksMax) throw _chip.Garbled($"it is busy for longer than it can be: bit 0x{bit:X2} of its status stays up.");
            await _chip.WaitAsync(MeasureTime, cancellation);
        }
    }
}
