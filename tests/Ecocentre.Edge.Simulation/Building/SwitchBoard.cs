using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Building;

/// <summary>The meters on one line, by unit id: the registers they show, and when they are dead.</summary>
public sealed class SwitchBoard(Agenda agenda) : RegisterBank
{
    private readonly Dictionary<byte, TrueMeter> _meters = [];
    private readonly List<(byte Unit, long From, long To)> _outages = [];

    private readonly HashSet<byte> _out = [];

    public void TakeOut(byte unit) => _out.Add(unit);

    public void PutIn(byte unit) => _out.Remove(unit);

    public bool IsIn(byte unit) => !_out.Contains(unit);

    public void Add(byte unit, TrueMeter meter) => _meters.Add(unit, meter);

    /// <summary>A unit does not answer between two times.</summary>
    public void Silence(byte unit, long from, long to) => _outages.Add((unit, from, to));

    public override int Read(ModbusRead request, Span<ushort> words)
    {
        if (!_meters.TryGetValue(request.Unit, out var meter) || _out.Contains(request.Unit)) return -1;
        foreach (var (unit, from, to) in _outages)
            if (unit == request.Unit && agenda.Now >= from && agenda.Now < to) return -1;
        words.Clear();
        foreach (var point in meter.Model.Points.Values)
        {
            var overlaps = point.Table == request.Table && point.Address < request.Address + request.Count && point.Address + point.Length > request.Address;
            if (!overlaps) continue;
            var span = new ushort[point.Length];
            point.Encode(meter.Shown(point.Quantity.Name, agenda.Now), span);
            for (var i = 0; i < span.Length; i++)
            {
                var at = point.Address + i - request.Address;
                if (at >= 0 && at < words.Length) words[at] = span[i];
            }
        }
        return 0;
    }
}
