using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Meters;

/// <summary>What the plans of all meters of one bus ask of it, before anything is asked.</summary>
public sealed class BusUse
{
    /// <summary>A bus planned fuller than this has no room for a lost frame and its repetition; <c>check</c> refuses it.</summary>
    public const double ShareMax = 0.8;

    private readonly ImmutableArray<MeterSetup> _meters;

    /// <param name="outstandingMax">Requests that may be on their way at once; 1 on a serial line.</param>
    public BusUse(IEnumerable<MeterSetup> meters, int outstandingMax = 1)
    {
        _meters = [.. meters];
        Share = _meters.Sum(m => m.Plan.Share) / outstandingMax;
    }

    /// <summary>Predicted share of the bus's time, 0 to 1 and beyond.</summary>
    public double Share { get; }

    public bool IsTooFull => Share > ShareMax;

    /// <summary>One line for each request and a last one with the share. Addresses of SunSpec meters are offsets, <c>+38</c>.</summary>
    public override string ToString()
    {
        var rows = new List<string[]> { new[] { "device", "unit", "table", "address", "count", "points", "bytes", "ms", "period" } };
        foreach (var meter in _meters)
            foreach (var read in meter.Plan.Reads)
                rows.Add(
                [
                    meter.Options.Name, Print(meter.Options.Unit), read.Table == RegisterTable.Input ? "input" : "holding",
                    (meter.Model.SunSpecIds.IsEmpty ? "" : "+") + Print(read.Address), Print(read.Count), Print(read.Points.Length),
                    Print(meter.Plan.Cost.Bytes(read.Count)), Print(Math.Round(meter.Plan.Cost.Milliseconds(read.Count), 1)),
                    $"{Print(read.Period.TotalSeconds)} s",
                ]);
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(r => r[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
            text.AppendLine(string.Join("  ", row.Select((cell, i) => i is 0 or 2 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
        const string remedy = "lengthen periods, want fewer points, raise the baud rate or split the bus";
        var verdict = IsTooFull ? $", more than the {ShareMax:P0} allowed: {remedy}" : "";
        return text.Append(CultureInfo.InvariantCulture, $"bus use {Share:P0}{verdict}").ToString();
    }

    private static string Print(double number) => number.ToString(CultureInfo.InvariantCulture);
}
