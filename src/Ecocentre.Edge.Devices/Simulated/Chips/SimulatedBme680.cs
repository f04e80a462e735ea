using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>A BME680 or BME688 without its gas, byte by byte.</summary>
/// <remarks>Source: BST-BME680-DS001, revision 1.8, sections 3 and 5. Its trimming parameters are those of a real chip, as the tests of
/// elixir-sensors/bmp280 print them. One bus; not synchronised.</remarks>
public sealed class SimulatedBme680 : ByteRegisters
{
    // Each quantity once, by the formula of the maker's driver.
    private static readonly TimeSpan MeasureTime = TimeSpan.FromMilliseconds(10);

    // From 0x89: T2 26290, T3 3, P1 35395, P2 -10405, P3 88, P4 4836, P5 -118, P7 26, P6 30, P8 -765, P9 -3367, P10 30; the rest is unused.
    private static readonly byte[] First =
    [
        0x00, 0xB2, 0x66, 0x03, 0x00, 0x43, 0x8A, 0x5B, 0xD7, 0x58, 0x00, 0xE4, 0x12, 0x8A, 0xFF, 0x1A, 0x1E, 0x00, 0x00, 0x03, 0xFD, 0xD9, 0xF2, 0x1E,
    ];

    // From 0xE1: H2 1021 and H1 717 in three bytes, H3 0, H4 45, H5 20, H6 120, H7 -100, T1 26195.
    private static readonly byte[] Second = [0x3F, 0xDD, 0x2C, 0x00, 0x2D, 0x14, 0x78, 0x9C, 0x53, 0x66];

    private readonly Func<SimulatedAir> _air;
    private readonly TimeProvider _time;
    private readonly Bme680Trim _trim = new(First, Second);
    private long _busySince;
    private bool _isBusy;

    public SimulatedBme680(Func<SimulatedAir> air, TimeProvider time)
    {
        (_air, _time) = (air, time);
        LosePower();
    }

    /// <summary>Measures for ever.</summary>
    public bool IsHung { get; set; }

    public override void LosePower()
    {
        Clear();
        Put(Bme680Trim.FirstRegister, First);
        Put(Bme680Trim.SecondRegister, Second);
        (this[0xD0], _isBusy) = (0x61, false);
    }

    private protected override void Take(byte register, byte value)
    {
        switch (register)
        {
            case 0xE0 when value == 0xB6:
                LosePower();
                break;
            case 0x71 or 0x72 or 0x75:
                base.Take(register, value);
                break;
            case 0x74:
                base.Take(register, value);
                if ((value & 3) == 1) (_isBusy, _busySince, this[0x1D]) = (true, _time.GetTimestamp(), 0x20);
                break;
        }
    }

    private protected override byte Give(byte register)
    {
        if (_isBusy && !IsHung && _time.GetElapsedTime(_busySince) >= MeasureTime) Finish();
        return base.Give(register);
    }

    private void Finish()
    {
        _isBusy = false;
        this[0x74] &= 0xFC;
        this[0x1D] = 0x80;
        var air = _air();
        var temperature = Counts(c => Bme280Trim.Temperature(_trim.FineTemperature(c)), air.Temperature, 0xFFFFF);
        var fine = _trim.FineTemperature(temperature);
        var pressure = Counts(c => _trim.Pressure(c, fine), air.Pressure, 0xFFFFF);
        // Oversampling 0: skipped.
        var humidity = (this[0x72] & 7) == 0 ? 0x8000 : Counts(c => _trim.Humidity(c, fine), air.Humidity, 0xFFFF);
        Put(0x1F,
        [
            (byte)(pressure >> 12), (byte)(pressure >> 4), (byte)(pressure << 4), (byte)(temperature >> 12), (byte)(temperature >> 4),
            (byte)(temperature << 4), (byte)(humidity >> 8), (byte)humidity,
        ]);
    }
}
