using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>An MH-Z19B or MH-Z19C at the end of a serial line, byte by byte.</summary>
/// <remarks>Source: Winsen MH-Z19B user's manual version 1.0, digital output. Not synchronised.</remarks>
public sealed class SimulatedMhZ19(Func<SimulatedAir> air, TimeProvider time)
{
    // Nine bytes at 9600 baud take 9 ms; it thinks for a while before.
    private static readonly TimeSpan ReplyTime = TimeSpan.FromMilliseconds(20);

    private const int FrameLength = 9;

    private readonly List<byte> _heard = [];
    private SimulatedSerialPort? _line;
    private ITimer? _reply;

    /// <summary>What it takes off: set by a zero calibration.</summary>
    public double Correction { get; private set; }

    /// <summary>As shipped: on.</summary>
    public bool HasSelfCalibration { get; private set; } = true;

    /// <summary>False: it says nothing.</summary>
    public bool IsAnswering { get; set; } = true;

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

    /// <summary>Alters what is on its way to the gateway.</summary>
    public Func<byte[], byte[]>? Disturb { get; set; }

    /// <summary>The gateway's end of the line.</summary>
    /// <exception cref="IOException">It is not plugged in.</exception>
    public SerialPort Open()
    {
        if (!IsPlugged) throw new IOException("simulated-uart: no such device.");
        _heard.Clear();
        return _line = new SimulatedSerialPort("simulated-uart", time) { Written = Hear };
    }

    private void Hear(ReadOnlyMemory<byte> bytes)
    {
        _heard.AddRange(bytes.Span);
        while (_heard.Count >= FrameLength)
        {
            var frame = _heard[..FrameLength].ToArray();
            var isFrame = frame[0] == 0xFF && frame[1] == 0x01 && MhZ19.Checksum(frame) == frame[8];
            _heard.RemoveRange(0, isFrame ? FrameLength : 1);
            if (isFrame && IsAnswering) Obey(frame);
        }
    }

    private void Obey(byte[] frame)
    {
        switch (frame[2])
        {
            case 0x86:
                // Bytes 4 to 7 are not described; 47 00 00 00 is the manual's own example.
                var ppm = (int)Math.Clamp(Math.Round(air().Co2 - Correction), 0, 5000);
                byte[] answer = [0xFF, 0x86, (byte)(ppm >> 8), (byte)ppm, 0x47, 0, 0, 0, 0];
                answer[8] = MhZ19.Checksum(answer);
                var line = _line!;
                var bytes = Disturb?.Invoke(answer) ?? answer;
                _reply?.Dispose();
                _reply = time.CreateTimer(_ => line.Send(bytes), null, ReplyTime, Timeout.InfiniteTimeSpan);
                break;
            case 0x87:
                Correction = air().Co2 - 400;
                break;
            case 0x79:
                HasSelfCalibration = frame[3] == 0xA0;
                break;
        }
    }
}
