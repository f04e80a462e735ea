using System.Buffers.Binary;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>A BH1750FVI, byte by byte.</summary>
/// <remarks>Source: ROHM BH1750FVI technical note, 2011.11 revision D. One bus; not synchronised.</remarks>
public sealed class SimulatedBh1750(Func<SimulatedAir> air, TimeProvider time) : SimulatedChip
{
    private const int TimeUsual = 69;

    private ushort _counts;
    private int _measurementTime = TimeUsual;
    private bool _isOn, _isMeasuring;
    private long _since;

    /// <summary>Takes its power away and gives it back.</summary>
    public void LosePower() => (_counts, _measurementTime, _isOn, _isMeasuring) = (0, TimeUsual, false, false);

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            switch (value)
            {
                case 0x00:
                    _isOn = false;
                    break;
                case 0x01:
                    _isOn = true;
                    break;
                case 0x07 when _isOn:
                    _counts = 0;
                    break;
                case 0x20:
                    (_isOn, _isMeasuring, _since) = (true, true, time.GetTimestamp());
                    break;
                case >= 0x40 and < 0x48:
                    _measurementTime = _measurementTime & 0x1F | (value & 7) << 5;
                    break;
                case >= 0x60 and < 0x80:
                    _measurementTime = _measurementTime & 0xE0 | value & 0x1F;
                    break;
            }
        return true;
    }

    public override bool OnRead(Span<byte> bytes)
    {
        // Page 2: typical 120 ms at the usual measurement time.
        if (_isMeasuring && time.GetElapsedTime(_since) >= TimeSpan.FromMilliseconds(120) * _measurementTime / TimeUsual)
        {
            (_isMeasuring, _isOn) = (false, false);
            _counts = (ushort)Math.Clamp(Math.Round(air().Illuminance * 1.2 * _measurementTime / TimeUsual), 0, ushort.MaxValue);
        }
        Span<byte> word = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(word, _counts);
        word[..Math.Min(2, bytes.Length)].CopyTo(bytes);
        return true;
    }
}
