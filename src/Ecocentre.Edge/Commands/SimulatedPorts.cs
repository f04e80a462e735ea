using System.Collections.Immutable;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Commands;

/// <summary>Opens a simulated building's bus and lines where a site file names them, and this machine's own ports where it names those.</summary>
internal sealed class SimulatedPorts(SimulatedBox box) : PortOpener
{
    public override I2cPort OpenI2c(string path) => Path.GetFileName(path) == SimulatedBox.I2cPath ? box.I2c : base.OpenI2c(path);

    public override GpioLines RequestLines(string path, ImmutableArray<LineSettings> lines, TimeProvider time) =>
        Path.GetFileName(path) == SimulatedBox.GpioPath ? box.Gpio.Request(lines) : base.RequestLines(path, lines, time);

    public override OutputLine RequestOutput(string path, OutputSettings line) =>
        Path.GetFileName(path) == SimulatedBox.GpioPath ? box.Gpio.RequestOutput(line) : base.RequestOutput(path, line);
}
