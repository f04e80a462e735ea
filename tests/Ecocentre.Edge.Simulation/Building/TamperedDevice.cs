using System.Collections.Immutable;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Building;

/// <summary>A device of which the readings are spoilt after they were noted, as a bug on the way to the gateway would spoil them.</summary>
internal sealed class TamperedDevice(IDevice device, PlantedBug bug, Agenda agenda) : IDevice
{
    private static readonly TimeSpan From = TimeSpan.FromMinutes(30), To = TimeSpan.FromMinutes(31);

    private double _shown, _added;

    public string Name => device.Name;

    public ImmutableArray<Point> Points => device.Points;

    public long DueAt => device.DueAt;

    public async ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        if (bug == PlantedBug.PollsHang && agenda.Now >= From.Ticks) await new TaskCompletionSource().Task;
        var result = await device.PollAsync(destination, cancellation);
        for (var i = 0; i < result.Count; i++) destination.Span[i] = Spoilt(destination.Span[i]);
        return result;
    }

    public ValueTask DisposeAsync() => device.DisposeAsync();

    private Reading Spoilt(Reading reading)
    {
        var point = Points.First(p => p.Id == reading.Point);
        var inTime = agenda.Now >= From.Ticks && agenda.Now < To.Ticks;
        if (point.Quantity.Name == Quantities.Import && point.RolloverAt is { } top && reading.Quality == Quality.Good)
        {
            if (reading.Value < _shown - top / 2) _added = 0.5;
            _shown = reading.Value;
        }
        return bug switch
        {
            PlantedBug.RolloverMisread when point.Quantity.Name == Quantities.Import => reading with { Value = reading.Value + _added },
            PlantedBug.EnergyInvented when point.Quantity.Kind == PointKind.Counter && agenda.Now >= From.Ticks => reading with { Value = reading.Value + 0.5 },
            PlantedBug.ReadingsForgotten when inTime => reading with { Value = double.NaN, Quality = Quality.Missing },
            PlantedBug.ReadingsMisdated when inTime => reading with { At = reading.At - TimeSpan.FromMinutes(15) },
            PlantedBug.SilenceReadAsNobody when point.Quantity.Name == "presence" && reading.Quality == Quality.Missing =>
                reading with { Value = 0, Quality = Quality.Good },
            PlantedBug.PresenceForgotten when point.Quantity.Name == "presence" && agenda.Now >= From.Ticks => reading with { Value = 0 },
            PlantedBug.PulsesInvented when point.Device == "water" && agenda.Now >= From.Ticks => reading with { Value = reading.Value + 0.01 },
            PlantedBug.CarbonMisjudged when point.Quantity.Name == "co2" => reading with { Value = reading.Value + 150 },
            _ => reading,
        };
    }
}
