using System.Collections.Immutable;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Tests.Orders;

/// <summary>One simulated I2C bus, and outputs of a GPIO chip, in the place of this machine's.</summary>
internal sealed class SimulatedPorts(I2cPort port, SimulatedGpioChip? chip = null) : PortOpener
{
    public override I2cPort OpenI2c(string path) => port;

    public override GpioLines RequestLines(string path, ImmutableArray<LineSettings> lines, TimeProvider time) => throw new IOException("no lines");

    public override OutputLine RequestOutput(string path, OutputSettings line) => chip?.RequestOutput(line) ?? throw new IOException("no lines");
}
