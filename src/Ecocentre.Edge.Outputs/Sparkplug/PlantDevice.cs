using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>One device of the site with its metrics. Belongs to who holds the node's gate.</summary>
/// <param name="isDeclared">By the site as it is now; others only the log still knows, and they live no longer than their past is told.</param>
internal sealed class PlantDevice(string name, bool isDeclared)
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<PlantMetric> _metrics = [];

    /// <summary>As in topics.</summary>
    public string Id { get; } = SparkplugTopics.Id(name);

    public bool IsDeclared => isDeclared;

    public IReadOnlyList<PlantMetric> Metrics => _metrics;

    /// <summary>Its birth was told, and no death since, and all its metrics were in it.</summary>
    public bool IsBorn { get; set; }

    public PlantMetric Add(ulong alias, Series series)
    {
        var own = series.Name.StartsWith(name + ".", StringComparison.Ordinal) ? series.Name[(name.Length + 1)..] : series.Name;
        // Folders are made with slashes, and many hosts cannot do with dots (Sparkplug 3.0.0, 6.4.6, name).
        var folder = own.Replace('.', '/');
        if (!_names.Add(folder)) _names.Add(folder = $"{series.Name.Replace('.', '/')} {alias}");
        var metric = new PlantMetric(alias, folder, series);
        _metrics.Add(metric);
        IsBorn = false;
        return metric;
    }
}
