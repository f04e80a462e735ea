using System.Globalization;
using System.Text;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Commands;

/// <summary>Holds the minutes that sensors of air measured against the air that truly was around them.</summary>
internal sealed class DemoAir(SimulatedBox box, SimulatedBuilding building)
{
    // A minute with holes in it is compared with another mean than its own.
    private const double CoverageMin = 0.95;

    // A value stands until the next one comes, five to ten seconds later: so much of a minute's change it lags behind.
    private const double LagShare = 0.2;

    internal bool Agrees(IEnumerable<WindowFact> windows, StringBuilder text)
    {
        var table = new TextTable("air", "minutes", "largest error", "allowed", "");
        var agrees = true;
        var final = windows.Where(w => w.Aggregate.Kind == WindowKind.Minute && w.Aggregate.Coverage >= CoverageMin)
            .GroupBy(w => (w.Series.Name, w.Aggregate.Window.Start)).Select(g => g.Last()).ToLookup(w => w.Series.Name);
        foreach (var (device, place, accuracy) in Sensors())
            foreach (var (quantity, unit) in new[] { ("co2", "ppm"), ("temperature", "K"), ("humidity", "%") })
            {
                var (minutes, worst, allowed, isRight) = (0, 0.0, 0.0, true);
                foreach (var window in final[$"{device}.{quantity}"])
                {
                    var (error, most) = Compare(window.Aggregate, place, quantity, accuracy);
                    if (double.IsNaN(most)) continue;
                    (minutes, isRight) = (minutes + 1, isRight && error <= most);
                    if (error / most > worst / Math.Max(allowed, 1e-9)) (worst, allowed) = (error, most);
                }
                if (minutes == 0) continue;
                agrees &= isRight;
                table.Add($"{device}.{quantity}", $"{minutes}", Print(worst, unit), Print(allowed, unit), isRight ? "" : "DISAGREES");
            }
        text.Append(table);
        return agrees;
    }

    private IEnumerable<(string Device, string Place, AirAccuracy Accuracy)> Sensors() =>
    [
        .. box.Sensors.Select(s => (s.Name, s.Place, s.Accuracy)),
        .. building.Buses.SelectMany(b => b.Devices).Where(d => d.Meter.Model.Points.ContainsKey("co2"))
            .Select(d => (d.Name, d.Meter.Subject, AirAccuracy.SenseairS8)),
    ];

    private (double Error, double Allowed) Compare(in Aggregate measured, string place, string quantity, AirAccuracy accuracy)
    {
        var (from, to) = (measured.Window.Start, measured.Window.End);
        var (mean, first, last) = (box.Truth.MeanAir(place, from, to), box.Truth.Air(place, from), box.Truth.Air(place, to));
        var (truth, change, allowed) = quantity switch
        {
            "co2" => (mean.Co2, last.Co2 - first.Co2, accuracy.OfCo2(mean.Co2)),
            "temperature" => (mean.Temperature, last.Temperature - first.Temperature, accuracy.Kelvins),
            _ => (mean.Humidity, last.Humidity - first.Humidity, accuracy.Relative),
        };
        return (Math.Abs(measured.Mean - truth), allowed + LagShare * Math.Abs(change));
    }

    private static string Print(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {unit}");
}
