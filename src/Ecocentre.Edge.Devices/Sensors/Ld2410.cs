using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>HLK-LD2410, LD2410B and LD2410C: a 24 GHz radar that sees people who keep still, on a serial line of its own.</summary>
/// <remarks>
/// Source: Hi-Link HLK-LD2410 serial communication protocol V1.02, section 2.2 (commands); frames in <see cref="Ld2410Frames"/>.
/// <code>
/// FF 01 00  begin to configure      FE  end      A0  version      61  settings      A4 00 00  Bluetooth off      A3  restart
/// </code>
/// It reports ten times a second without being asked; the newest report counts, and silence is missing. It is asked for version and
/// settings at its start; one of which only the sending wire is connected works all the same and has nothing to tell of itself.
/// Sensitivities and the time after which nobody is there are set with the maker's tool and only read back.
/// </remarks>
internal sealed class Ld2410 : Sensor
{
    private const ushort Begin = 0x00FF, End = 0x00FE, ReadVersion = 0x00A0, ReadSettings = 0x0061, SetBluetooth = 0x00A4, Restart = 0x00A3;

    // An answer has the command's number with this added.
    private const ushort Answered = 0x0100;

    // Ten reports a second: six that did not come are silence. What came while the gateway was busy waits in the port.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromMilliseconds(600);

    // Answers come within some milliseconds, behind at most one report.
    private static readonly TimeSpan AnswerMax = TimeSpan.FromMilliseconds(200);

    private readonly Ld2410Frames _frames = new();
    private SerialPort? _port;
    private bool _isBluetoothSettled;

    private Ld2410(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
    }

    internal static ImmutableArray<SensorType> Types { get; } =
    [
        new("ld2410", "Hi-Link HLK-LD2410", SensorWire.Serial, [new("presence", 0, 1)])
        {
            // Protocol V1.02, section 2.1: 256,000 baud as shipped.
            Baud = 256_000,
            PeriodMin = TimeSpan.FromMilliseconds(100),
            PeriodUsual = TimeSpan.FromMilliseconds(500),
            // The port keeps 4 KiB, which are 17 s of reports.
            PeriodMax = TimeSpan.FromSeconds(10),
            HasBluetooth = true,
            Make = (setup, wires) => new Ld2410(setup, wires),
        },
    ];

    public override ValueTask DisposeAsync() => _port?.DisposeAsync() ?? ValueTask.CompletedTask;

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        try
        {
            _port ??= Wires.OpenSerial!();
            _frames.Clear();
            var self = new SensorSelf(Setup.Type.Title);
            if (await CommandAsync(Begin, [0x01, 0x00], cancellation) is not null) self = await ConfigureAsync(self, cancellation);
            await ReportAsync(cancellation);
            return self;
        }
        catch (IOException lost)
        {
            throw await LoseAsync(lost);
        }
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        try
        {
            var report = await ReportAsync(cancellation);
            values.Set("presence", report.Presence == Ld2410Presence.Nobody ? 0 : 1);
            return true;
        }
        catch (IOException lost)
        {
            throw await LoseAsync(lost);
        }
    }

    /// <summary>Reads version and settings, and switches Bluetooth off where the site asks for it.</summary>
    private async ValueTask<SensorSelf> ConfigureAsync(SensorSelf self, CancellationToken cancellation)
    {
        var version = await CommandAsync(ReadVersion, [], cancellation);
        var settings = await CommandAsync(ReadSettings, [], cancellation);
        // Once for each run: it makes the radar start anew.
        var isToQuieten = Options.Bluetooth == false && !_isBluetoothSettled;
        if (isToQuieten) _isBluetoothSettled = await CommandAsync(SetBluetooth, [0x00, 0x00], cancellation) is not null;
        await CommandAsync(isToQuieten && _isBluetoothSettled ? Restart : End, [], cancellation);
        return self with
        {
            Firmware = version is { Length: >= 8 } ? Firmware(version) : null,
            SelfTest = settings is { Length: >= 24 } ? Settings(settings) : null,
            Differences = isToQuieten && !_isBluetoothSettled ? "Its Bluetooth could not be switched off." : null,
        };
    }

    /// <summary>The newest report there is, or the next one.</summary>
    private async ValueTask<Ld2410Report> ReportAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(SilenceMax, Wires.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var noise = _frames.Noise;
        Ld2410Report? newest = null;
        try
        {
            while (true)
            {
                var isAll = await ReadAsync(either.Token);
                while (_frames.TryTake(out var kind, out var payload))
                    if (kind == Ld2410FrameKind.Report && Ld2410Frames.Report(payload) is { } report) newest = report;
                if (newest is { } found && isAll) return found;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            noise = _frames.Noise - noise;
            throw new SensorFaultException(noise > 0 ? FaultKind.Garbled : FaultKind.NoAnswer,
                $"{Name} on {_port!.Path} has sent no report for {SilenceMax.TotalMilliseconds} ms, and {noise} bytes of noise.");
        }
    }

    /// <returns>False when more is waiting.</returns>
    private async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        var room = _frames.Room;
        var count = await _port!.ReadAsync(room, cancellation);
        if (count == 0) throw new IOException($"{_port.Path} was closed.");
        _frames.Arrived(count);
        return count < room.Length;
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <returns>What follows the status, or null when there was no answer or a refusal.</returns>
    private async ValueTask<byte[]?> CommandAsync(ushort command, byte[] value, CancellationToken cancellation)
    {
        await _port!.WriteAsync(Ld2410Frames.Command(command, value), cancellation);
        using var patience = new CancellationTokenSource(AnswerMax, Wires.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            while (true)
            {
                await ReadAsync(either.Token);
                while (_frames.TryTake(out var kind, out var payload))
                {
                    if (kind != Ld2410FrameKind.Answer || payload.Length < 4) continue;
                    if (BinaryPrimitives.ReadUInt16LittleEndian(payload) != (command | Answered)) continue;
                    return BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(2)) == 0 ? payload[4..] : null;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async ValueTask<SensorFaultException> LoseAsync(IOException lost)
    {
        if (_port is not null) await _port.DisposeAsync();
        _port = null;
        Forget();
        return new SensorFaultException(FaultKind.NoBus, $"{Name}: {lost.Message}");
    }

    /// <summary>V1.07.22091516 from 00 01 | 07 01 | 16 15 09 22 (protocol V1.02, 2.2.8).</summary>
    private static string Firmware(byte[] version) => string.Create(CultureInfo.InvariantCulture,
        $"V{version[3]:X}.{version[2]:X2}.{version[7]:X2}{version[6]:X2}{version[5]:X2}{version[4]:X2}");

    /// <summary>AA | gates | farthest gate moving, still | nine sensitivities each | no-one duration LE16 (protocol V1.02,
    /// 2.2.4).</summary>
    private static string Settings(byte[] settings)
    {
        var seconds = BinaryPrimitives.ReadUInt16LittleEndian(settings.AsSpan(22));
        return string.Create(CultureInfo.InvariantCulture,
            $"farthest gate {settings[2]} moving and {settings[3]} still; nobody after {seconds} s");
    }
}
