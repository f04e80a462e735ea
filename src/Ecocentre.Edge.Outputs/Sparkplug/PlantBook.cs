using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>All devices and metrics of a node: those that the site declares, and those that only the log still knows, as they are met. Belongs to who holds
/// the node's gate.</summary>
internal sealed class PlantBook
{
    private readonly Dictionary<string, (PlantDevice Device, PlantMetric Metric)> _bySeries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlantDevice> _byName = new(StringComparer.Ordinal);
    private readonly List<PlantDevice> _devices = [];
    private ulong _alias;

    /// <param name="aliasesTaken">By the node's own metrics.</param>
    public PlantBook(ImmutableArray<Point> points, ulong aliasesTaken)
    {
        _alias = aliasesTaken;
        foreach (var point in points.Where(point => !point.Private)) Find(Series.Of(point), isDeclared: true);
    }

    public IReadOnlyList<PlantDevice> Devices => _devices;

    public PlantDevice? Device(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A series' metric, added where it is new.</summary>
    /// <param name="isDeclared">Its device is one of the site as it is now.</param>
    public (PlantDevice Device, PlantMetric Metric) Find(Series series, bool isDeclared = false)
    {
        if (_bySeries.TryGetValue(series.Name, out var found)) return found;
        if (!_byName.TryGetValue(series.Device, out var device))
        {
            _byName[series.Device] = device = new PlantDevice(series.Device, isDeclared);
            _devices.Add(device);
        }
        return _bySeries[series.Name] = (device, device.Add(++_alias, series));
    }
}
