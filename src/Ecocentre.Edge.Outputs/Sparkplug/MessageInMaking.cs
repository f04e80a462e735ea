using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>Metrics that go out in one message: of one device or of the node, values that are not historical in the order of their times (Sparkplug 3.0.0,
/// 5.13, data-publish-…-order).</summary>
internal sealed class MessageInMaking
{
    private readonly List<Protobuf> _metrics = [];
    private Instant _newest;

    /// <summary>Null: the node's own.</summary>
    public PlantDevice? Device { get; private set; }

    public IReadOnlyList<Protobuf> Metrics => _metrics;

    /// <summary>Whether a metric may go out with those that are there.</summary>
    public bool Takes(PlantDevice? device, in Metric metric, int metricsMax) => _metrics.Count == 0
        || device == Device && _metrics.Count < metricsMax && (metric.IsHistorical || metric.At >= _newest);

    public void Add(PlantDevice? device, in Metric metric)
    {
        Device = device;
        if (!metric.IsHistorical) _newest = metric.At;
        _metrics.Add(metric.Write(isBirth: false));
    }

    public void Clear()
    {
        _metrics.Clear();
        (Device, _newest) = (null, default);
    }
}
