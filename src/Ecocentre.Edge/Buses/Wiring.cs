using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Buses;

/// <summary>What all buses of a centre are wired with.</summary>
/// <param name="Time">For what is due when.</param>
/// <param name="Now">The gateway's clock.</param>
/// <param name="Ports">How this machine's ports are opened.</param>
internal sealed record Wiring(TimeProvider Time, Func<Instant> Now, PortOpener Ports)
{
    /// <summary>Shared by all sensors, so that one barometer serves all.</summary>
    internal AmbientPressure Pressure { get; } = new(Time);

    /// <summary>Last registers that the log knows, by point; pulses go on from them.</summary>
    internal IReadOnlyDictionary<string, CounterCarry> Carries { get; set; } = ImmutableDictionary<string, CounterCarry>.Empty;
}

/// <summary>Opens the ports of a machine. The usual one opens Linux's own; a demo or a test puts simulated ones in their place.</summary>
public class PortOpener
{
    /// <exception cref="IOException">The bus cannot be opened; the message names the path and the remedy.</exception>
    public virtual I2cPort OpenI2c(string path) => Adapters.I2c(path);

    /// <exception cref="IOException">The lines cannot be requested; the message names the chip and the remedy.</exception>
    public virtual GpioLines RequestLines(string path, ImmutableArray<LineSettings> lines, TimeProvider time) => Adapters.Lines(path, lines, time);

    /// <exception cref="IOException">The line cannot be requested; the message names the chip and the remedy.</exception>
    public virtual OutputLine RequestOutput(string path, OutputSettings line) => Adapters.Output(path, line);

    /// <exception cref="IOException">The port cannot be opened; the message names the path and the remedy.</exception>
    public virtual SerialPort OpenSerial(string path, SerialSettings settings, TimeProvider time) => SerialPort.Open(path, settings, time);
}
