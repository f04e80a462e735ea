using System.Collections.Immutable;
using System.Globalization;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Buses;

/// <summary>A serial port with one sensor on it.</summary>
public sealed class UartPlan : BusPlan
{
    private readonly SensorSetup _setup;

    private UartPlan(UartBus bus, SensorSetup setup, ImmutableArray<Point> points) : base(bus, points) => (Bus, _setup) = (bus, setup);

    public UartBus Bus { get; }

    public override string Description => string.Create(CultureInfo.InvariantCulture,
        $"{_setup.Options.Name}  {_setup.Type.Word} at {Bus.Line.Baud} baud, {Points.Length} points, every {_setup.Period.TotalSeconds} s");

    internal static UartPlan Of(UartBus bus, PointId first) =>
        new(bus, ((SiteSensor)bus.Devices[0]).Setup(first), ((SiteSensor)bus.Devices[0]).Points(first));

    internal override ConnectedBus Connect(Wiring wiring, IReadOnlySet<string>? only = null) => new(
        [
            _setup.Connect(new SensorWires(wiring.Time, wiring.Now)
            {
                OpenSerial = () => wiring.Ports.OpenSerial(Bus.Line.Path, Bus.Line.Settings, wiring.Time), Pressure = wiring.Pressure,
            }),
        ], 1);
}
