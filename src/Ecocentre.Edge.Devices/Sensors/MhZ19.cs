using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>MH-Z19B and MH-Z19C: CO2 over a serial line, 9600 baud.</summary>
/// <remarks> Source: Winsen MH-Z19B user's manual version 1.0 (2016) and MH-Z19C user's manual version 1.1: commands and worked example
/// under "Digital output (UART)", calibration under "Zero point calibration"; numbers as in ESPHome's mhz19.
/// <code>
/// FF 01 86 00 00 00 00 00 79   ask        FF 86 HH LL TT .. .. .. CS   answer: CO2 = 256 HH + LL ppm
/// FF 01 79 A0 ..  self-calibration on     FF 01 79 00 ..  off          FF 01 87 ..  this is 400 ppm
/// CS = 0x100 - sum of bytes 1 to 7
/// </code>
/// Self-calibration takes the lowest value of each 24 hours for 400 ppm and is on as shipped: wrong in a building that is never aired to
/// the outdoors. The setting is sent at each start, for it cannot be read back. Its temperature is that of its lamp and not used. It has no
/// serial number to tell.
/// </remarks>
internal sealed class MhZ19 : Sensor
{
    private const int FrameLength = 9;

    private const byte Ask = 0x86, SetZero = 0x87, SetSelfCalibration = 0x79, On = 0xA0, Off = 0x00;

    // Nine bytes each way take 19 ms; modules answer within 50 ms, and a busy gateway gets time to hear it.
    private static readonly TimeSpan ReplyMax = TimeSpan.FromMilliseconds(300);

    // Manual, zero point calibration: at least 20 minutes in steady fresh air.
    private static readonly TimeSpan SteadyTime = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(5);

    private readonly byte[] _heard = new byte[4 * FrameLength];
    private SerialPort? _port;

    private MhZ19(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
    }

    // Manuals: preheating 3 min (B), 1 min (C). Outside of buildings air has hardly less than 400 ppm, and zero is what a dead cell says.
    internal static ImmutableArray<SensorType> Types { get; } =
    [
        TypeOf("mh-z19b", "MH-Z19B", TimeSpan.FromMinutes(3)), TypeOf("mh-z19c", "MH-Z19C", TimeSpan.FromMinutes(1)),
    ];

    /// <summary>Byte 8 of a frame.</summary>
    internal static byte Checksum(ReadOnlySpan<byte> frame)
    {
        byte sum = 0;
        foreach (var value in frame[1..8]) sum += value;
        return (byte)-sum;
    }

    /// <summary>Nine bytes that say a command with one argument.</summary>
    internal static byte[] Command(byte command, byte argument = 0)
    {
        byte[] frame = [0xFF, 0x01, command, argument, 0, 0, 0, 0, 0];
        frame[8] = Checksum(frame);
        return frame;
    }

    /// <summary>Finds the newest answer among what came; noise and older answers are passed over.</summary>
    /// <returns>ppm, or null when there is no whole answer with a right checksum.</returns>
    internal static int? Find(ReadOnlySpan<byte> heard)
    {
        for (var at = heard.Length - FrameLength; at >= 0; at--)
        {
            var frame = heard.Slice(at, FrameLength);
            if (frame[0] == 0xFF && frame[1] == Ask && Checksum(frame) == frame[8]) return frame[2] << 8 | frame[3];
        }
        return null;
    }

    public override Task<CalibrationResult> CalibrateAsync(double targetPpm, IProgress<string> progress, CancellationToken cancellation) =>
        new ForcedRecalibration
        {
            Name = Name, Time = Wires.Time, Progress = progress, Bounds = Setup.Type.CalibrationPpm!.Value, Interval = Watch, Duration = SteadyTime,
            Start = RestartAsync, Measure = async c => await AskAsync(c), Tell = TellAsync,
        }.RunAsync(targetPpm, cancellation);

    public override ValueTask DisposeAsync() => _port?.DisposeAsync() ?? ValueTask.CompletedTask;

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        await AskAsync(cancellation);
        if (Options.Instrument?.SelfCalibration is { } isOn) await SendAsync(Command(SetSelfCalibration, isOn ? On : Off), cancellation);
        return new SensorSelf(Setup.Type.Title);
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        values.Set("co2", await AskAsync(cancellation));
        return true;
    }

    /// <summary>Says that the air has 400 ppm. It does not answer; what it shows afterwards tells its correction.</summary>
    private async ValueTask<double?> TellAsync(ushort ppm, CancellationToken cancellation)
    {
        var before = await AskAsync(cancellation);
        await SendAsync(Command(SetZero), cancellation);
        await Task.Delay(Watch, Wires.Time, cancellation);
        return await AskAsync(cancellation) - before;
    }

    /// <summary>The CO2 concentration in ppm.</summary>
    private async ValueTask<int> AskAsync(CancellationToken cancellation)
    {
        await SendAsync(Command(Ask), cancellation);
        using var patience = new CancellationTokenSource(ReplyMax, Wires.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var count = 0;
        try
        {
            while (true)
            {
                count += await _port!.ReadAsync(_heard.AsMemory(count), either.Token);
                if (Find(_heard.AsSpan(0, count)) is { } ppm) return ppm;
                if (count < _heard.Length) continue;
                // Noise fills the line: only its newest part can still be the beginning of an answer.
                _heard.AsSpan(count - FrameLength + 1).CopyTo(_heard);
                count = FrameLength - 1;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw count == 0
                ? new SensorFaultException(FaultKind.NoAnswer, $"{Name} on {_port!.Path} did not answer within {ReplyMax.TotalMilliseconds} ms.")
                : new SensorFaultException(FaultKind.Garbled,
                    $"{Name} on {_port!.Path} answered {Convert.ToHexString(_heard.AsSpan(0, count))}, in which no checksum is right.");
        }
        catch (IOException lost)
        {
            throw await LoseAsync(lost);
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        try
        {
            _port ??= Wires.OpenSerial!();
            await _port.WriteAsync(frame, cancellation);
        }
        catch (IOException lost)
        {
            throw await LoseAsync(lost);
        }
    }

    private async ValueTask<SensorFaultException> LoseAsync(IOException lost)
    {
        if (_port is not null) await _port.DisposeAsync();
        _port = null;
        return new SensorFaultException(FaultKind.NoBus, $"{Name}: {lost.Message}");
    }

    private static SensorType TypeOf(string word, string title, TimeSpan warmUp) => new(word, $"Winsen {title}", SensorWire.Serial,
        [new("co2", 300, 5000) { WarmUp = warmUp }])
    {
        Baud = 9600,
        PeriodMin = TimeSpan.FromSeconds(2),
        CalibrationPpm = (400, 400),
        HasSelfCalibration = true,
        Make = (setup, wires) => new MhZ19(setup, wires),
    };
}
