using System.Collections.Immutable;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Tests.Orders;

/// <summary>One simulated I2C bus in the place of this machine's.</summary>
internal sealed class SimulatedPorts(I2cPort port) : PortOpener
{
    public override I2cPort OpenI2c(string path) => port;

    public override GpioLines RequestLines(string path, ImmutableArray<LineSettings> lines, TimeProvider time) => throw new IOException("no lines");
}
