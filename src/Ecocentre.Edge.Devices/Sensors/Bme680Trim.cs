using System.Buffers.Binary;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>The trimming parameters of one BME680 or BME688 and the arithmetic that turns its counts into temperature, pressure and
/// humidity. Immutable. Its gas resistance is not used: it is no air quality (facts of the maker's own library).</summary>
/// <remarks>Source: Bosch Sensortec BME680 datasheet BST-BME680-DS001, revision 1.8, section 3.3.1 to 3.3.3 (formulas) and 5.2 (memory map
/// of the parameters).</remarks>
internal sealed class Bme680Trim
{
    /// <summary>First register of the two blocks.</summary>
    internal const byte FirstRegister = 0x89, SecondRegister = 0xE1;

    /// <summary>Bytes of the two blocks: up to 0xA0, and up to 0xEA.</summary>
    internal const int FirstLength = 24, SecondLength = 10;

    private readonly double _t1, _t2, _t3;
    private readonly double[] _p = new double[11];
    private readonly double[] _h = new double[8];

    /// <param name="first">The 24 bytes from 0x89 on, <paramref name="second"/> the 10 bytes from 0xE1 on.</param>
    internal Bme680Trim(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        _t1 = BinaryPrimitives.ReadUInt16LittleEndian(second[(0xE9 - SecondRegister)..]);
        _t2 = Word(first, 0x8A);
        _t3 = Octet(first, 0x8C);
        _p[1] = (ushort)Word(first, 0x8E);
        _p[2] = Word(first, 0x90);
        _p[3] = Octet(first, 0x92);
        _p[4] = Word(first, 0x94);
        _p[5] = Word(first, 0x96);
        _p[7] = Octet(first, 0x98);
        _p[6] = Octet(first, 0x99);
        _p[8] = Word(first, 0x9C);
        _p[9] = Word(first, 0x9E);
        _p[10] = first[0xA0 - FirstRegister];
        // H1 and H2 share a byte: twelve bits each.
        _h[1] = second[2] << 4 | second[1] & 0xF;
        _h[2] = second[0] << 4 | second[1] >> 4;
        for (var i = 3; i <= 5; i++) _h[i] = (sbyte)second[i];
        _h[6] = second[6];
        _h[7] = (sbyte)second[7];
    }

    /// <inheritdoc cref="Bme280Trim.IsPossible"/>
    internal bool IsPossible => _t1 is > 0 and < ushort.MaxValue && _p[1] is > 0 and < ushort.MaxValue;

    /// <inheritdoc cref="Bme280Trim.FineTemperature"/>
    internal double FineTemperature(int counts)
    {
        var near = (counts / 16384.0 - _t1 / 1024.0) * _t2;
        var far = counts / 131072.0 - _t1 / 8192.0;
        return near + far * far * _t3 * 16.0;
    }

    /// <inheritdoc cref="Bme280Trim.Pressure"/>
    internal double Pressure(int counts, double fine)
    {
        var a = fine / 2.0 - 64000.0;
        var offset = (a * a * _p[6] / 131072.0 + a * _p[5] * 2.0) / 4.0 + _p[4] * 65536.0;
        var gain = (1.0 + (_p[3] * a * a / 16384.0 + _p[2] * a) / 524288.0 / 32768.0) * _p[1];
        if (gain == 0) return double.NaN;
        var pascals = (1048576.0 - counts - offset / 4096.0) * 6250.0 / gain;
        var share = pascals / 256.0;
        pascals += (_p[9] * pascals * pascals / 2147483648.0 + pascals * _p[8] / 32768.0 +
            share * share * share * _p[10] / 131072.0 + _p[7] * 128.0) / 16.0;
        return pascals / 100.0;
    }

    /// <inheritdoc cref="Bme280Trim.Humidity"/>
    internal double Humidity(int counts, double fine)
    {
        var celsius = Bme280Trim.Temperature(fine);
        var linear = counts - (_h[1] * 16.0 + _h[3] / 2.0 * celsius);
        linear *= _h[2] / 262144.0 * (1.0 + _h[4] / 16384.0 * celsius + _h[5] / 1048576.0 * celsius * celsius);
        return Math.Clamp(linear + (_h[6] / 16384.0 + _h[7] / 2097152.0 * celsius) * linear * linear, 0, 100);
    }

    private static short Word(ReadOnlySpan<byte> first, byte register) => BinaryPrimitives.ReadInt16LittleEndian(first[(register - FirstRegister)..]);

    private static sbyte Octet(ReadOnlySpan<byte> first, byte register) => (sbyte)first[register - FirstRegister];
}
