using System.Collections.Immutable;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation.Building;

/// <summary>A device whose every reading is noted, by point and with its true time, so that the log can be held against it.</summary>
/// <param name="isTrue">Whether the meter can have said this just now.</param>
/// <param name="violations">Takes what it cannot have said.</param>
internal sealed class NotedDevice(
    IDevice device, ImmutableArray<List<(long At, Reading Reading)>> notes, Agenda agenda, Func<Reading, bool> isTrue, List<string> violations) : IDevice
{
    public string Name => device.Name;

    public ImmutableArray<Point> Points => device.Points;

    public long DueAt => device.DueAt;

    public async ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        var result = await device.PollAsync(destination, cancellation);
        foreach (var reading in destination.Span[..result.Count])
        {
            notes[reading.Point.Value].Add((agenda.Now, reading));
            if (reading.Quality == Quality.Good && !isTrue(reading))
                violations.Add($"values true: after {TimeSpan.FromTicks(agenda.Now)} {Name} gave {reading}");
        }
        return result;
    }

    public ValueTask DisposeAsync() => device.DisposeAsync();
}
