using Ecocentre.Edge.Devices.Gpio;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Devices.Simulated.Chips;

namespace Ecocentre.Edge.Devices.Tests.Gpio;

/// <summary>A bank of contacts behind an expander keeps the contract of devices.</summary>
public sealed class Mcp23017LinesBankTests : DeviceContract
{
    private protected override (IDevice Device, VirtualTime Time) Make(Wire wire, int seed)
    {
        var port = new SimulatedI2cPort();
        var chip = new SimulatedMcp23017();
        port.Attach(0x27, chip);
        var segment = new I2cBus(port).Segment(0x27);
        GpioBench bench = null!;
        bench = new GpioBench
        {
            Request = lines => Mcp23017Lines.Open(segment, lines, TimeSpan.FromMilliseconds(200), null, bench.Time),
        };
        for (var i = 0; i < 16; i++) bench.AddContact(activeLow: i % 2 == 0);
        var random = new Random(seed);
        if (wire == Wire.Dead) port.IsPlugged = false;
        if (wire == Wire.Flaky)
        {
            port.Fault = new I2cFaults(seed) { Nack = 0.05, Stuck = 0.01, FlippedRead = 0.01, FlippedWrite = 0.01 }.Next;
            bench.Time.CreateTimer(_ => port.IsPlugged = random.Next(4) != 0, null, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7));
            bench.Time.CreateTimer(_ => chip.Drive(random.Next(16), random.Next(2) == 0), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.3));
        }
        return (bench.Bank, bench.Time);
    }
}
