using System.Buffers.Binary;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>The trimming parameters of one BME280 and the arithmetic that turns its counts into temperature, pressure and humidity.
/// Immutable.</summary>
/// <remarks>Source: Bosch Sensortec BME280 datasheet BST-BME280-DS002, revision 1.6, section 4.2.2 (trimming parameters) and appendix 8.1
/// (formulas in double precision); the same temperature and pressure arithmetic stands in BST-BMP280-DS001, revision 1.14, section 3.12
/// with a worked example.</remarks>
internal sealed class Bme280Trim
{
    /// <summary>First register and length of the two blocks: 0x88 to 0xA1 and 0xE1 to 0xE7 (4.2.2, table 16).</summary>
    internal const byte FirstRegister = 0x88, SecondRegister = 0xE1;

    /// <inheritdoc cref="FirstRegister"/>
    internal const int FirstLength = 26, SecondLength = 7;

    private readonly double _t1, _t2, _t3;
    private readonly double[] _p = new double[10];
    private readonly double _h1, _h2, _h3, _h4, _h5, _h6;

    /// <param name="first">The 26 bytes from 0x88 on, <paramref name="second"/> the 7 bytes from 0xE1 on.</param>
    internal Bme280Trim(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        _t1 = BinaryPrimitives.ReadUInt16LittleEndian(first);
        _t2 = BinaryPrimitives.ReadInt16LittleEndian(first[2..]);
        _t3 = BinaryPrimitives.ReadInt16LittleEndian(first[4..]);
        _p[1] = BinaryPrimitives.ReadUInt16LittleEndian(first[6..]);
        for (var i = 2; i <= 9; i++) _p[i] = BinaryPrimitives.ReadInt16LittleEndian(first[(4 + 2 * i)..]);
        _h1 = first[25];
        _h2 = BinaryPrimitives.ReadInt16LittleEndian(second);
        _h3 = second[2];
        // H4 and H5 share a byte: twelve bits each, the sign in the whole byte.
        _h4 = (sbyte)second[3] * 16 + (second[4] & 0xF);
        _h5 = (sbyte)second[5] * 16 + (second[4] >> 4);
        _h6 = (sbyte)second[6];
    }

    /// <summary>A chip that was never trimmed, or was read while it still loaded its memory, has all bits alike.</summary>
    internal bool IsPossible => _t1 is > 0 and < ushort.MaxValue && _p[1] is > 0 and < ushort.MaxValue;

    /// <summary>The temperature in the finer unit that the other two formulas want: 1/5120 °C.</summary>
    /// <param name="counts">20 bits.</param>
    internal double FineTemperature(int counts)
    {
        var near = (counts / 16384.0 - _t1 / 1024.0) * _t2;
        var far = counts / 131072.0 - _t1 / 8192.0;
        return near + far * far * _t3;
    }

    /// <summary>°C.</summary>
    internal static double Temperature(double fine) => fine / 5120.0;

    /// <summary>hPa; NaN for parameters that lead nowhere.</summary>
    /// <param name="counts">20 bits.</param>
    internal double Pressure(int counts, double fine)
    {
        var a = fine / 2.0 - 64000.0;
        var offset = a * a * _p[6] / 32768.0;
        offset = (offset + a * _p[5] * 2.0) / 4.0 + _p[4] * 65536.0;
        var gain = (1.0 + (_p[3] * a * a / 524288.0 + _p[2] * a) / 524288.0 / 32768.0) * _p[1];
        if (gain == 0) return double.NaN;
        var pascals = (1048576.0 - counts - offset / 4096.0) * 6250.0 / gain;
        pascals += (_p[9] * pascals * pascals / 2147483648.0 + pascals * _p[8] / 32768.0 + _p[7]) / 16.0;
        return pascals / 100.0;
    }

    /// <summary>% relative humidity, cut to 0 to 100 as the maker does.</summary>
    /// <param name="counts">16 bits.</param>
    internal double Humidity(int counts, double fine)
    {
        var a = fine - 76800.0;
        var humidity = (counts - (_h4 * 64.0 + _h5 / 16384.0 * a)) *
            (_h2 / 65536.0 * (1.0 + _h6 / 67108864.0 * a * (1.0 + _h3 / 67108864.0 * a)));
        return Math.Clamp(humidity * (1.0 - _h1 * humidity / 524288.0), 0, 100);
    }
}
