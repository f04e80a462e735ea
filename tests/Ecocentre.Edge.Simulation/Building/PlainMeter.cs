using System.Collections.Immutable;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Building;

internal sealed class PlainMeter(string name, ImmutableArray<Point> points, TrueMeter meter, byte unit, SwitchBoard board, GatewayProcess gateway, Agenda agenda) : IDevice
{
    public string Name => name;
    public ImmutableArray<Point> Points => points;
    public long DueAt { get; private set; }

    public async ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(20), gateway.Process.Time, cancellation);
        DueAt = (agenda.Now / points[0].Period.Ticks + 1) * points[0].Period.Ticks;
        for (var i = 0; i < points.Length; i++)
        {
            var source = meter.Model.Points[points[i].Quantity.Name];
            var words = new ushort[source.Length];
            var dead = board.Read(new ModbusRead(unit, source.Table, (ushort)source.Address, (ushort)source.Length), words) != 0;
            destination.Span[i] = new Reading(points[i].Id, gateway.Clock.Now, dead ? double.NaN : source.Decode(words), dead ? Quality.Missing : Quality.Good);
        }
        return new PollResult(points.Length, null);
    }

    public ValueTask DisposeAsync() => default;
}
