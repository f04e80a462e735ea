using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>SEN54 and SEN55: particles, temperature, relative humidity, VOC index, and (SEN55) NOx index, measured by itself every
/// second.</summary>
/// <remarks>
/// Source: Sensirion SEN5x data sheet version 2 (March 2022), chapters 5 and 6; numbers as in Sensirion's own driver embedded-i2c-sen5x,
/// sen5x_i2c.h at 4aa53f02; status bits also in dotnet/iot's Sen5x.
/// <code>
/// 0021 start    50 ms      0104 stop    200 ms     0202 data ready   20 ms    low byte 1
/// 03C4 read     20 ms      PM1, 2.5, 4, 10: u16/10 µg/m³; RH: i16/100 %; T: i16/200 °C; VOC, NOx: i16/10; FFFF or 7FFF: unknown
/// D206 status   20 ms      D210 read and clear it   20 ms
/// 60B2 temperature offset  20 ms      i16/200 K added, i16/10000 slope, u16 s; lost at power-off
/// 6181 VOC state           20 ms      8 bytes; set only when idle, taken at the next start
/// D014 product name, D033 serial number  50 ms  text of 16 words     D100 version  20 ms  4 words: firmware first
/// </code>
/// The chip feeds its gas indices once a second by itself, whatever the period; it is therefore never stopped but to be started. Every week
/// its fan cleans itself for ten seconds without data. NOx is unknown for the first ten seconds. An index of zero is one that is still
/// learning.
/// </remarks>
internal sealed class Sen5x : Sensor
{
    private const ushort Start = 0x0021, Stop = 0x0104, ReadReady = 0x0202, ReadValues = 0x03C4,
        TemperatureOffset = 0x60B2, VocState = 0x6181, ReadName = 0xD014, ReadSerial = 0xD033, ReadVersion = 0xD100;

    // Chapter 6: the maximum of each command.
    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(50), StopTime = TimeSpan.FromMilliseconds(200),
        ShortTime = TimeSpan.FromMilliseconds(20), TextTime = TimeSpan.FromMilliseconds(50);

    private static readonly string[] Particles = ["pm.1", "pm.2-5", "pm.4", "pm.10"];

    private readonly SensirionChip _chip;
    private readonly VocMemory _voc;
    private readonly bool _hasNox;
    private readonly ChipStatus _status;
    private readonly ushort[] _answer = new ushort[8];

    private Sen5x(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
        _chip = new SensirionChip(new I2cChip(setup, wires));
        _voc = new VocMemory(wires.Time);
        _hasNox = setup.Type.Quantities.Any(q => q.Name == "nox.index");
        _status = new ChipStatus(_chip, Flags(_hasNox), ShortTime, wires.Time);
    }

    internal static ImmutableArray<SensorType> Types { get; } = [TypeOf("sen54", "SEN54", false), TypeOf("sen55", "SEN55", true)];

    // Cleaning takes ten seconds (0x5607): nothing new for twice this is no longer that.
    private protected override TimeSpan Interval => TimeSpan.FromSeconds(6);

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        // From a chip that measures already, as after a restart of the gateway, what it has learnt is taken over.
        if (_voc.IsEmpty && await _chip.TryAskAsync(VocState, ShortTime, _answer.AsMemory(0, 4), cancellation))
            _voc.Keep(_answer.AsSpan(0, 4));
        await _chip.SendAsync(Stop, StopTime, cancellation);
        var settings = new SensirionSettings(_chip, ShortTime);
        var name = await _chip.TryAskTextAsync(ReadName, TextTime, 16, cancellation);
        var serial = await _chip.TryAskTextAsync(ReadSerial, TextTime, 16, cancellation);
        var hasVersion = await _chip.TryAskAsync(ReadVersion, ShortTime, _answer.AsMemory(0, 4), cancellation);
        var version = hasVersion ? $"{_answer[0] >> 8}.{_answer[0] & 0xFF}" : null;
        var type = string.IsNullOrEmpty(name) ? Setup.Type.Title : $"Sensirion {name}";
        if (type != Setup.Type.Title) settings.Differ($"it calls itself a {type}, the site calls it a {Setup.Type.Title}.");
        var offset = await SettleOffsetAsync(settings, cancellation);
        if (_voc.Fresh is { } state) await _chip.SendAsync(VocState, ShortTime, cancellation, state);
        await _status.ClearAsync(cancellation);
        await _chip.SendAsync(Start, StartTime, cancellation);
        return new SensorSelf(type) { Serial = serial, Firmware = version, TemperatureOffset = offset, Differences = settings.Differences };
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        if ((await _chip.AskWordAsync(ReadReady, ShortTime, cancellation) & 0xFF) != 1) return false;
        await _chip.AskAsync(ReadValues, ShortTime, _answer, cancellation);
        for (var i = 0; i < Particles.Length; i++) values.Set(Particles[i], SensirionNumber.Unsigned(_answer[i], 10));
        values.Set("humidity", SensirionNumber.Signed(_answer[4], 100));
        values.Set("temperature", SensirionNumber.Signed(_answer[5], 200));
        values.Set("voc.index", SensirionNumber.Index(_answer[6]));
        if (_hasNox) values.Set("nox.index", SensirionNumber.Index(_answer[7]));
        await _status.JudgeAsync(values, cancellation);
        if (!_voc.IsDue) return true;
        await _chip.AskAsync(VocState, ShortTime, _answer.AsMemory(0, 4), cancellation);
        _voc.Keep(_answer.AsSpan(0, 4));
        return true;
    }

    /// <returns>What the chip takes off, in K.</returns>
    private async ValueTask<double> SettleOffsetAsync(SensirionSettings settings, CancellationToken cancellation)
    {
        await _chip.AskAsync(TemperatureOffset, ShortTime, _answer.AsMemory(0, 3), cancellation);
        if (Options.TemperatureOffset is { } kelvin)
        {
            // The chip adds what it is told; a short is enough for 163 K.
            var wanted = (ushort)(short)Math.Round(Math.Clamp(-kelvin, -100, 100) * 200);
            if (_answer[0] != wanted) await _chip.SendAsync(TemperatureOffset, ShortTime, cancellation, wanted, 0, 0);
            await _chip.AskAsync(TemperatureOffset, ShortTime, _answer.AsMemory(0, 3), cancellation);
            if (_answer[0] != wanted)
                settings.Differ($"its temperature offset stays at {(short)_answer[0]} though {(short)wanted} was set.");
        }
        return -(short)_answer[0] / 200.0;
    }

    /// <summary>The device status register.</summary>
    private static ImmutableArray<ChipFlag> Flags(bool hasNox)
    {
        ImmutableArray<string> particles = [.. Particles], climate = ["temperature", "humidity"];
        ImmutableArray<string> gases = hasNox ? ["voc.index", "nox.index"] : ["voc.index"];
        return
        [
            new(4, "Its fan stands still: blocked or broken.", particles, [.. climate, .. gases]),
            new(5, "Its laser has failed.", particles, []),
            new(6, "Its temperature and humidity cell does not answer.", climate, gases),
            new(7, "Its gas cell has failed.", gases, climate),
            new(19, null, [], particles),
            new(21, "Its fan runs too fast or too slowly.", [], particles),
        ];
    }

    private static SensorType TypeOf(string word, string title, bool hasNox) => new(word, $"Sensirion {title}", SensorWire.I2c,
    [
        .. SensirionNumber.ParticleQuantities,
        // Chapter 2: ranges of operation and of the indices; an event is told reliably after 60 s (VOC) and 300 s (NOx).
        new("temperature", -10, 50), new("humidity", 0, 100),
        new("voc.index", 1, 500) { WarmUp = TimeSpan.FromSeconds(60) },
        .. hasNox ? [new SensorQuantity("nox.index", 1, 500) { WarmUp = TimeSpan.FromSeconds(300) }] : ImmutableArray<SensorQuantity>.Empty,
    ])
    {
        Addresses = [0x69],
        PeriodMin = TimeSpan.FromSeconds(1),
        Make = (setup, wires) => new Sen5x(setup, wires),
    };
}
