using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.I2c;

namespace Ecocentre.Edge.Buses;

/// <summary>The devices of a bus, ready to be polled, and the way to them. Whoever polls the devices disposes of them first, then of this.</summary>
/// <param name="Devices">None where somebody else's messages are listened to (<see cref="BridgePlan"/>).</param>
/// <param name="PollsMax">How many may be polled at the same time.</param>
/// <param name="Listeners">Devices of which a poll waits for something to happen: the time it takes is no use of the bus.</param>
/// <param name="Way">What they are reached through, or null when they own it.</param>
internal sealed record ConnectedBus(IReadOnlyList<IDevice> Devices, int PollsMax, IReadOnlyList<IDevice>? Listeners = null,
    IAsyncDisposable? Way = null)
    : IAsyncDisposable
{
    /// <summary>Polled and listening.</summary>
    internal IEnumerable<IDevice> All => Devices.Concat(Listeners ?? []);

    /// <summary>A line beside the way that is freed after it, or null.</summary>
    internal MuxReset? Reset { get; init; }

    public async ValueTask DisposeAsync()
    {
        if (Way is not null) await Way.DisposeAsync();
        Reset?.Dispose();
    }
}
