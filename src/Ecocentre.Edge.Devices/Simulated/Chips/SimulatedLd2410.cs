using System.Buffers.Binary;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>A HLK-LD2410 at the end of a serial line, byte by byte: it reports ten times a second, and is silent while it is
/// configured.</summary>
/// <remarks>Source: Hi-Link HLK-LD2410 serial communication protocol V1.02, sections 2.2 and 2.3. Not synchronised.</remarks>
public sealed class SimulatedLd2410 : IDisposable
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(100);

    private readonly Func<bool> _isSomebody;
    private readonly TimeProvider _time;
    private readonly Ld2410Frames _heard = new();
    private readonly ITimer _timer;
    private SimulatedSerialPort? _line;
    private bool _isConfigured;

    /// <param name="isSomebody">Whether somebody is before it, moving or not.</param>
    public SimulatedLd2410(Func<bool> isSomebody, TimeProvider time)
    {
        (_isSomebody, _time) = (isSomebody, time);
        _timer = time.CreateTimer(_ => Report(), null, ReportEvery, ReportEvery);
    }

    /// <summary>As shipped: on. Goes off with the restart after the command.</summary>
    public bool HasBluetooth { get; private set; } = true;

    /// <summary>False: it says nothing, as without power.</summary>
    public bool IsAlive { get; set; } = true;

    /// <summary>False: only its sending wire is connected.</summary>
    public bool IsListening { get; set; } = true;

    /// <summary>False: nothing can be opened, and what is open is pulled out.</summary>
    public bool IsPlugged
    {
        get;
        set
        {
            field = value;
            if (!value) _line?.PullOut();
        }
    }
    = true;

    /// <summary>Reports carry the energies of all gates too.</summary>
    public bool IsEngineering { get; set; }

    /// <summary>Alters what is on its way to the gateway.</summary>
    public Func<byte[], byte[]>? Disturb { get; set; }

    private bool _isBluetoothToGo;

    /// <summary>The gateway's end of the line.</summary>
    /// <exception cref="IOException">It is not plugged in.</exception>
    public SerialPort Open()
    {
        if (!IsPlugged) throw new IOException("simulated-uart: no such device.");
        _heard.Clear();
        return _line = new SimulatedSerialPort("simulated-uart", _time) { Written = Hear };
    }

    public void Dispose() => _timer.Dispose();

    private void Report()
    {
        if (!IsAlive || _isConfigured) return;
        var isSomebody = _isSomebody();
        byte[] seen = isSomebody ? [0x02, 0x51, 0x00, 0x00, 0x00, 0x00, 0x3B, 0x00, 0x00] : [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00];
        byte[] gates = IsEngineering ? [0x08, 0x08, .. new byte[18], 0x00, (byte)(isSomebody ? 1 : 0)] : [];
        Send([0xF4, 0xF3, 0xF2, 0xF1], [(byte)(IsEngineering ? 1 : 2), 0xAA, .. seen, .. gates, 0x55, 0x00], [0xF8, 0xF7, 0xF6, 0xF5]);
    }

    private void Hear(ReadOnlyMemory<byte> bytes)
    {
        if (!IsAlive || !IsListening) return;
        foreach (var value in bytes.Span)
        {
            _heard.Room.Span[0] = value;
            _heard.Arrived(1);
        }
        while (_heard.TryTake(out var kind, out var payload))
            if (kind == Ld2410FrameKind.Answer) Obey(BinaryPrimitives.ReadUInt16LittleEndian(payload), payload.AsSpan(2));
    }

    private void Obey(ushort command, ReadOnlySpan<byte> value)
    {
        if (command == 0x00FF) _isConfigured = true;
        if (!_isConfigured) return;
        byte[] told = command switch
        {
            0x00FF => [0x01, 0x00, 0x40, 0x00],
            0x00A0 => [0x00, 0x01, 0x07, 0x01, 0x16, 0x15, 0x09, 0x22],
            0x0061 => [0xAA, 0x08, 0x08, 0x08, .. Enumerable.Repeat((byte)0x14, 9), .. Enumerable.Repeat((byte)0x19, 9), 0x05, 0x00],
            _ => [],
        };
        var isKnown = command is 0x00FF or 0x00FE or 0x00A0 or 0x0061 or 0x00A3 or 0x00A4;
        Send([0xFD, 0xFC, 0xFB, 0xFA], [(byte)command, 0x01, (byte)(isKnown ? 0 : 1), 0x00, .. told], [0x04, 0x03, 0x02, 0x01]);
        if (command == 0x00A4) _isBluetoothToGo = value[0] == 0;
        if (command is 0x00FE or 0x00A3) _isConfigured = false;
        if (command != 0x00A3) return;
        HasBluetooth &= !_isBluetoothToGo;
    }

    private void Send(byte[] head, byte[] payload, byte[] tail)
    {
        byte[] frame = [.. head, (byte)payload.Length, 0, .. payload, .. tail];
        _line?.Send(Disturb?.Invoke(frame) ?? frame);
    }
}
