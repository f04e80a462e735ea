using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>A chip talked to in bytes. What the wire refuses comes as <see cref="SensorFaultException"/>.</summary>
internal sealed class I2cChip
{
    // The shortest a timer can wait.
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    private readonly I2cSegment _segment;
    private readonly string _name;
    private readonly TimeProvider _time;

    public I2cChip(SensorSetup setup, SensorWires wires) => (_segment, _name, _time) = (wires.I2c!, setup.Options.Name, wires.Time);

    /// <exception cref="SensorFaultException">Not acknowledged, stuck, or no bus.</exception>
    public void Write(ReadOnlySpan<byte> bytes) => Check(_segment.Write(bytes));

    /// <exception cref="SensorFaultException">Not acknowledged, stuck, or no bus.</exception>
    public void Read(Span<byte> bytes) => Check(_segment.Read(bytes));

    /// <summary>Writes and reads in one transfer, with a repeated start between.</summary>
    /// <exception cref="SensorFaultException">Not acknowledged, stuck, or no bus.</exception>
    public void WriteRead(ReadOnlySpan<byte> write, Span<byte> read) => Check(_segment.WriteRead(write, read));

    /// <returns>False when nobody acknowledged: the chip has nothing to read yet.</returns>
    /// <exception cref="SensorFaultException">Stuck, or no bus.</exception>
    public bool TryRead(Span<byte> bytes) => Passed(_segment.Read(bytes));

    /// <returns>False when nobody acknowledged.</returns>
    /// <exception cref="SensorFaultException">Stuck, or no bus.</exception>
    public bool TryWrite(ReadOnlySpan<byte> bytes) => Passed(_segment.Write(bytes));

    /// <summary>Lets the chip work for at least this long; the wires are free meanwhile.</summary>
    public async Task WaitAsync(TimeSpan span, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        // Timers count whole steps of a coarse clock and may end early; a chip that is asked too early does not acknowledge.
        for (var rest = span; rest > TimeSpan.Zero; rest = span - _time.GetElapsedTime(start))
            await Task.Delay(rest > TimerStep ? rest : TimerStep, _time, cancellation);
    }

    /// <summary>Something answered, but not sense.</summary>
    public SensorFaultException Garbled(string text) => new(FaultKind.Garbled, $"{_name} at {_segment}: {text}");

    private void Check(I2cOutcome outcome)
    {
        if (outcome != I2cOutcome.Done) throw Failure(outcome);
    }

    private bool Passed(I2cOutcome outcome) => outcome switch
    {
        I2cOutcome.Done => true,
        I2cOutcome.NoAnswer => false,
        _ => throw Failure(outcome),
    };

    private SensorFaultException Failure(I2cOutcome outcome)
    {
        // A held line is this sensor's doing as far as anyone can tell: it is left alone for longer and longer, as a dead one is.
        var kind = outcome == I2cOutcome.NoBus ? FaultKind.NoBus : FaultKind.NoAnswer;
        var what = outcome switch
        {
            I2cOutcome.NoAnswer => "did not acknowledge",
            I2cOutcome.Stuck => "found the bus stuck",
            _ => "has no bus",
        };
        return new SensorFaultException(kind, $"{_name} {what}. {_segment.LastError}");
    }
}
