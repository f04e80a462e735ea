using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Tests.Meters;

/// <summary>Some legal way, of many, to ask a model's points: where two may share a request, chance decides whether they do.</summary>
internal static class AnyPlan
{
    /// <param name="shift">Added to every address (a SunSpec model found on a device).</param>
    /// <returns>Requests with the points that each brings whole.</returns>
    public static List<(ModbusRead Request, List<MeterPoint> Points)> Of(MeterModel model, Random random, byte unit = 1, int shift = 0)
    {
        var plan = new List<(ModbusRead, List<MeterPoint>)>();
        var points = model.Points.Values.OrderBy(p => p.Table).ThenBy(p => p.Address).ToList();
        var sharing = random.NextDouble();
        for (var i = 0; i < points.Count;)
        {
            var together = new List<MeterPoint> { points[i] };
            var (first, end) = (points[i].Address, points[i].Address + points[i].Length);
            for (i++; i < points.Count && points[i].Table == together[0].Table && random.NextDouble() < sharing; i++)
            {
                var newEnd = Math.Max(end, points[i].Address + points[i].Length);
                if (points[i].Address - end > model.Read.GapMax || Count(model, first, newEnd) > model.Read.RegistersMax) break;
                if (Splits(model, first, newEnd)) break;
                together.Add(points[i]);
                end = newEnd;
            }
            plan.Add((new ModbusRead(unit, together[0].Table, (ushort)(first + shift), (ushort)Count(model, first, end)), together));
        }
        return plan;
    }

    private static int Count(MeterModel model, int first, int end) => end - first + (model.Read.EvenCounts ? (end - first) % 2 : 0);

    private static bool Splits(MeterModel model, int first, int end) =>
        model.Read.Holes.Any(h => h.Range.Overlaps(first, end - first))
        || model.Points.Values.Any(p => p.Registers.Any(r => end > r && end < r + p.Format.Words));
}
