using System.Collections.Immutable;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Simulation.Building;

/// <summary>A device whose every reading is noted, so that the log can be held against it.</summary>
/// <param name="note">Takes each reading when it is given.</param>
internal sealed class NotedDevice(IDevice device, Action<Reading> note) : IDevice
{
    public string Name => device.Name;

    public ImmutableArray<Point> Points => device.Points;

    public long DueAt => device.DueAt;

    public async ValueTask<PollResult> PollAsync(Memory<Reading> destination, CancellationToken cancellation)
    {
        var result = await device.PollAsync(destination, cancellation);
        foreach (var reading in destination.Span[..result.Count]) note(reading);
        return result;
    }

    public ValueTask DisposeAsync() => device.DisposeAsync();
}
