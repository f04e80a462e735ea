using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Web;

/// <summary>Collects the figures of <c>/metrics</c> and writes them as OpenMetrics text 1.0. One thread; a new one for each answer.</summary>
public sealed class Figures
{
    private readonly Dictionary<string, StringBuilder> _families = new(StringComparer.Ordinal);
    private readonly List<StringBuilder> _order = [];

    /// <summary>A level that goes up and down. NaN is left out: what is not known is not there.</summary>
    /// <param name="name">In snake case, with the unit at its end where there is one.</param>
    /// <param name="help">One sentence.</param>
    public void Gauge(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Add("gauge", name, "", help, value, labels);

    /// <summary>A total that only grows, since start; <c>_total</c> is added to its name.</summary>
    /// <inheritdoc cref="Gauge"/>
    public void Counter(string name, string help, double value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Add("counter", name, "_total", help, value, labels);

    /// <summary>The text, ended as the format wants.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var family in _order) text.Append(family);
        return text.Append("# EOF\n").ToString();
    }

    private void Add(string type, string name, string suffix, string help, double value, ReadOnlySpan<(string Name, string Value)> labels)
    {
        if (double.IsNaN(value)) return;
        if (!_families.TryGetValue(name, out var text))
        {
            _families[name] = text = new StringBuilder().Append($"# TYPE {name} {type}\n");
            if (Unit(name) is { } unit) text.Append($"# UNIT {name} {unit}\n");
            text.Append($"# HELP {name} {Escaped(help)}\n");
            _order.Add(text);
        }
        text.Append(name).Append(suffix);
        for (var i = 0; i < labels.Length; i++) text.Append(i == 0 ? '{' : ',').Append($"{labels[i].Name}=\"{Escaped(labels[i].Value)}\"");
        if (labels.Length > 0) text.Append('}');
        text.Append(' ').Append(value switch
        {
            double.PositiveInfinity => "+Inf",
            double.NegativeInfinity => "-Inf",
            _ => value.ToString("R", CultureInfo.InvariantCulture),
        }).Append('\n');
    }

    /// <summary>The unit a name ends with, as the format wants it said.</summary>
    private static string? Unit(string name) => name[(name.LastIndexOf('_') + 1)..] is ("seconds" or "bytes" or "ratio") and var unit ? unit : null;

    private static string Escaped(string text) =>
        text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
