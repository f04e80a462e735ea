using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>HLK-LD2410, LD2410B and LD2410C: a 24 GHz radar that sees people who keep still, on a serial line of its own.</summary>
/// <remarks>
/// <para>A poll waits for a change or for the next confirm time, whichever comes first; it therefore needs a bus loop of its own. The radar
/// reports ten times a second without being asked: silence is missing. It is asked once for version and settings; one of which only the
/// sending wire is connected works all the same and has no version to tell.</para>
/// <para>Source: Hi-Link HLK-LD2410 serial communication protocol V1.02, section 2.2 (commands FF, FE, A0, A3, A4, 61); frames in <see
/// cref="Ld2410Frames"/>. Sensitivities and the no-one duration are set with the maker's tool; the gateway only reads them back.</para>
/// </remarks>
public sealed class Ld2410 : IDevice
{
    private const ushort Begin = 0x00FF, End = 0x00FE, ReadVersion = 0x00A0, ReadSettings = 0x0061, SetBluetooth = 0x00A4, Restart = 0x00A3;

    // An answer has the command's number with this added.
    private const ushort Answered = 0x0100;

    // Ten reports a second: twenty that did not come are silence, and a busy gateway is not yet blamed on the radar.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(2);

    // Answers come within some milliseconds, behind at most one report.
    private static readonly TimeSpan AnswerMax = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly Ld2410Options _options;
    private readonly Func<SerialPort> _open;
    private readonly TimeProvider _time;
    private readonly Func<Instant> _now;
    private readonly Ld2410Frames _frames = new();
    private readonly long _periodTicks;
    private SerialPort? _port;
    private SensorSelf? _self;
    private Ld2410Report? _report;
    private long _heardAt, _confirmAt, _noise;
    private bool _isAsked;
    private bool? _told;

    /// <param name="open">Opens its serial line at <see cref="Ld2410Options.Baud"/>; called again after the line was lost. May throw
    /// <see cref="IOException"/>. The device disposes what it opened.</param>
    /// <param name="now">The gateway's clock, for the readings.</param>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    public Ld2410(Ld2410Options options, PointId id, Func<SerialPort> open, TimeProvider time, Func<Instant> now)
    {
        (_options, _open, _time, _now) = (options, open, time, now);
        Points = [options.ToPoint(id)];
        _periodTicks = TimeSpanTicks.Of(options.Confirm, time);
        DueAt = _confirmAt = time.GetTimestamp();
    }

    public string Name => _options.Name;

    public ImmutableArray<Point> Points { get; }

    public long DueAt { get; private set; }

    /// <summary>Version and settings as read back; null until it has answered, or when it does not take commands. Any thread.</summary>
    public SensorSelf? Self => Volatile.Read(ref _self);

    public async ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        PollResult result;
        try
        {
            if (cancellation.IsCancellationRequested) return Cancelled();
            if (_port is null) Open();
            if (!_isAsked) await AskAsync(cancellation);
            result = await ListenAsync(destination, cancellation);
            DueAt = _time.GetTimestamp();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Cancelled();
        }
        catch (IOException lost)
        {
            if (_port is not null) await _port.DisposeAsync();
            _port = null;
            var fault = new Fault(FaultKind.NoBus, $"{Name}: {lost.Message}");
            result = IsDue() ? Miss(destination.Span, fault) : new PollResult(0, fault);
            DueAt = Math.Min(_confirmAt, _time.After(_time.GetTimestamp(), RetryAfter));
        }
        return result;
    }

    public ValueTask DisposeAsync() => _port?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Open()
    {
        _port = _open();
        _frames.Clear();
        (_report, _told, _isAsked) = (null, null, false);
        (_heardAt, _noise) = (_time.GetTimestamp(), _frames.Noise);
    }

    /// <summary>Waits until there is something to tell.</summary>
    private async ValueTask<PollResult> ListenAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        while (true)
        {
            while (_frames.TryTake(out var kind, out var payload))
                if (kind == Ld2410FrameKind.Report && Ld2410Frames.Report(payload) is { } report) (_report, _heardAt) = (report, _time.GetTimestamp());
            var isSomebody = _report is { } last ? last.Presence != Ld2410Presence.Nobody : (bool?)null;
            var isSilent = _time.GetElapsedTime(_heardAt) > SilenceMax;
            if (isSilent) (_report, isSomebody) = (null, null);
            if (isSomebody is { } seen && (seen != _told || IsDue())) return Tell(destination.Span, seen);
            if (isSilent && (_told is not null || IsDue()))
                return Miss(destination.Span, Silence());
            var until = Math.Min(IsDue() ? long.MaxValue : _confirmAt, _time.After(_heardAt, SilenceMax) + 1);
            await ReadAsync(_time.Until(isSilent ? _confirmAt : until), cancellation);
        }
    }

    /// <summary>Reads what comes, for at most that long.</summary>
    /// <returns>False when the time is over.</returns>
    private async ValueTask<bool> ReadAsync(TimeSpan patience, CancellationToken cancellation)
    {
        // Timers count whole milliseconds and cut off the rest; rounded up, the last one is not spent in circles.
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(patience.TotalMilliseconds))), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, enough.Token);
        try
        {
            var count = await _port!.ReadAsync(_frames.Room, either.Token);
            if (count == 0) throw new IOException($"{_port.Path} was closed.");
            _frames.Arrived(count);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Asks for version and settings, once after the line was opened. No answer is no fault: its receiving wire may be
    /// open.</summary>
    private async ValueTask AskAsync(CancellationToken cancellation)
    {
        var isOpen = await CommandAsync(Begin, [0x01, 0x00], cancellation) is not null;
        _isAsked = true;
        if (!isOpen) return;
        var version = await CommandAsync(ReadVersion, [], cancellation);
        var settings = await CommandAsync(ReadSettings, [], cancellation);
        var isQuiet = _options.TurnsBluetoothOff && _self is null && await CommandAsync(SetBluetooth, [0x00, 0x00], cancellation) is not null;
        // Bluetooth goes off with the next start.
        if (isQuiet) await CommandAsync(Restart, [], cancellation);
        else await CommandAsync(End, [], cancellation);
        Volatile.Write(ref _self, new SensorSelf("HLK-LD2410")
        {
            Firmware = version is { Length: >= 8 } ? Firmware(version) : null,
            SelfTest = settings is { Length: >= 24 } ? Settings(settings) : null,
            Differences = _options.TurnsBluetoothOff && !isQuiet && _self is null ? "Its Bluetooth could not be switched off." : null,
        });
        _heardAt = _time.GetTimestamp();
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <returns>What follows the status, or null when there was no answer or a refusal.</returns>
    private async ValueTask<byte[]?> CommandAsync(ushort command, byte[] value, CancellationToken cancellation)
    {
        await _port!.WriteAsync(Ld2410Frames.Command(command, value), cancellation);
        var end = _time.After(_time.GetTimestamp(), AnswerMax);
        do
        {
            while (_frames.TryTake(out var kind, out var payload))
                if (kind == Ld2410FrameKind.Answer && payload.Length >= 4 && BinaryPrimitives.ReadUInt16LittleEndian(payload) == (command | Answered))
                    return BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(2)) == 0 ? payload[4..] : null;
        }
        while (_time.Until(end) is var left && left > TimeSpan.Zero && await ReadAsync(left, cancellation));
        return null;
    }

    /// <summary>V1.07.22091516 from 00 01 | 07 01 | 16 15 09 22 (protocol V1.02, 2.2.8).</summary>
    private static string Firmware(byte[] version) => string.Create(CultureInfo.InvariantCulture,
        $"V{version[3]:X}.{version[2]:X2}.{version[7]:X2}{version[6]:X2}{version[5]:X2}{version[4]:X2}");

    /// <summary>AA | gates | farthest gate moving, still | nine sensitivities each | no-one duration LE16 (protocol V1.02,
    /// 2.2.4).</summary>
    private static string Settings(byte[] settings) => string.Create(CultureInfo.InvariantCulture,
        $"farthest gate {settings[2]} moving and {settings[3]} still; nobody after {BinaryPrimitives.ReadUInt16LittleEndian(settings.AsSpan(22))} s");

    private PollResult Tell(Span<Reading> destination, bool isSomebody)
    {
        if (IsDue()) Advance();
        _told = isSomebody;
        destination[0] = new Reading(Points[0].Id, _now(), isSomebody ? 1 : 0, Quality.Good);
        return new PollResult(1, null);
    }

    private PollResult Miss(Span<Reading> destination, Fault fault)
    {
        if (IsDue()) Advance();
        _told = null;
        destination[0] = new Reading(Points[0].Id, _now(), double.NaN, Quality.Missing);
        return new PollResult(1, fault);
    }

    private Fault Silence()
    {
        var noise = _frames.Noise - _noise;
        _noise = _frames.Noise;
        return new Fault(noise > 0 ? FaultKind.Garbled : FaultKind.NoAnswer,
            $"{Name} on {_port!.Path} has sent no report for {SilenceMax.TotalSeconds} s, and {noise} bytes of noise.");
    }

    private PollResult Cancelled() => new(0, new Fault(FaultKind.Cancelled, $"{Name}: the caller gave up."));

    private bool IsDue() => _time.GetTimestamp() >= _confirmAt;

    private void Advance() => _confirmAt += Math.Max(1, (_time.GetTimestamp() - _confirmAt) / _periodTicks + 1) * _periodTicks;
}
