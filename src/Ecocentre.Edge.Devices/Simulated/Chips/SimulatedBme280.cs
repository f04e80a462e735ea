using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>A BME280, byte by byte.</summary>
/// <remarks>Source: BST-BME280-DS002, revision 1.6, sections 3.3, 4 and 5. Its trimming parameters are those of a real chip, as the tests
/// of elixir-sensors/bmp280 print them. One bus; not synchronised.</remarks>
public sealed class SimulatedBme280 : ByteRegisters
{
    // Appendix 9.1: typical time with each quantity once.
    private static readonly TimeSpan MeasureTime = TimeSpan.FromMilliseconds(8);

    // From 0x88: T1 28297, T2 26729, T3 50, P1 37189, P2 -10580, P3 3024, P4 8137, P5 -87, P6 -7, P7 9900, P8 -10230, P9 4285, one unused, H1 75.
    private static readonly byte[] First =
    [
        0x89, 0x6E, 0x69, 0x68, 0x32, 0x00, 0x45, 0x91, 0xAC, 0xD6, 0xD0, 0x0B, 0xC9, 0x1F, 0xA9, 0xFF, 0xF9, 0xFF, 0xAC, 0x26, 0x0A, 0xD8, 0xBD, 0x10,
        0x00, 0x4B,
    ];

    // From 0xE1: H2 394, H3 0, H4 242 and H5 56 in three bytes, H6 30.
    private static readonly byte[] Second = [0x8A, 0x01, 0x00, 0x0F, 0x82, 0x03, 0x1E];

    private readonly Func<SimulatedAir> _air;
    private readonly TimeProvider _time;
    private readonly Bme280Trim _trim = new(First, Second);
    private long _busySince;
    private bool _isBusy;

    public SimulatedBme280(Func<SimulatedAir> air, TimeProvider time)
    {
        (_air, _time) = (air, time);
        LosePower();
    }

    /// <summary>Says 0x58 instead of 0x60: a BMP280, sold as this one.</summary>
    public bool IsWithoutHumidity
    {
        get => this[0xD0] == 0x58;
        set => this[0xD0] = (byte)(value ? 0x58 : 0x60);
    }

    /// <summary>Measures for ever.</summary>
    public bool IsHung { get; set; }

    public override void LosePower()
    {
        var id = this[0xD0];
        Clear();
        Put(0x88, First);
        Put(0xE1, Second);
        // 5.4, reset states: nothing measured yet.
        Put(0xF7, [0x80, 0x00, 0x00, 0x80, 0x00, 0x00, 0x80, 0x00]);
        this[0xD0] = id == 0 ? (byte)0x60 : id;
        _isBusy = false;
    }

    private protected override void Take(byte register, byte value)
    {
        switch (register)
        {
            case 0xE0 when value == 0xB6:
                LosePower();
                break;
            case 0xF2 or 0xF5:
                base.Take(register, value);
                break;
            case 0xF4:
                base.Take(register, value);
                if ((value & 3) is 1 or 2) (_isBusy, _busySince) = (true, _time.GetTimestamp());
                break;
        }
    }

    private protected override byte Give(byte register)
    {
        if (_isBusy && !IsHung && _time.GetElapsedTime(_busySince) >= MeasureTime) Finish();
        return register == 0xF3 ? (byte)(_isBusy ? 0x08 : 0) : base.Give(register);
    }

    private void Finish()
    {
        _isBusy = false;
        this[0xF4] &= 0xFC;
        var air = _air();
        var temperature = Counts(c => Bme280Trim.Temperature(_trim.FineTemperature(c)), air.Temperature, 0xFFFFF);
        var fine = _trim.FineTemperature(temperature);
        var pressure = Counts(c => _trim.Pressure(c, fine), air.Pressure, 0xFFFFF);
        // Oversampling 0: skipped.
        var humidity = (this[0xF2] & 7) == 0 ? 0x8000 : Counts(c => _trim.Humidity(c, fine), air.Humidity, 0xFFFF);
        Put(0xF7,
        [
            (byte)(pressure >> 12), (byte)(pressure >> 4), (byte)(pressure << 4), (byte)(temperature >> 12), (byte)(temperature >> 4),
            (byte)(temperature << 4), (byte)(humidity >> 8), (byte)humidity,
        ]);
    }
}
