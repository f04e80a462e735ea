using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Commands;

/// <summary>A table for people: columns as wide as their widest cell, numbers to the right.</summary>
internal sealed class TextTable(params string[] head)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; a null cell is empty.</summary>
    internal void Add(params string?[] cells) => _rows.Add([.. cells.Select(c => c ?? "")]);

    public override string ToString()
    {
        var widths = head.Select((title, i) => Math.Max(title.Length, _rows.Select(r => r[i].Length).DefaultIfEmpty().Max())).ToArray();
        var right = head.Select((_, i) => _rows.Count > 0 && _rows.All(r => r[i].Length == 0 || IsNumber(r[i]))).ToArray();
        var text = new StringBuilder();
        Line(head);
        Line([.. widths.Select(w => new string('─', w))]);
        foreach (var row in _rows) Line(row);
        return text.ToString();

        void Line(string[] cells)
        {
            var line = new StringBuilder();
            for (var i = 0; i < cells.Length; i++)
                line.Append(i == 0 ? "" : "  ").Append(right[i] ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
            text.AppendLine(line.ToString().TrimEnd());
        }
    }

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
