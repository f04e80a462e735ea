namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>A Modbus client's way to its servers. It reads; no write function exists.</summary>
/// <remarks>Connects by itself on the first request and again after the connection was lost. Up to <see cref="OutstandingMax"/> requests
/// may run at the same time; a serial line allows one.</remarks>
public abstract class ModbusTransport : IAsyncDisposable
{
    public abstract int OutstandingMax { get; }

    /// <summary>How long after a request that got no answer its unit is better left alone: asked sooner it would keep the line waiting for
    /// a late answer, and its neighbours with it. Zero where a late answer can be told from the next one's.</summary>
    public virtual TimeSpan RestAfterMiss => TimeSpan.Zero;

    /// <summary>Devices that are due within this much of each other are better asked together: one waking up then serves them all, and their requests leave
    /// in one packet. Zero on a wire that carries one exchange after the other: there they are better spread over the period.</summary>
    public virtual TimeSpan TogetherWithin => TimeSpan.Zero;

    /// <summary>While true, requests wait for those that follow at once, and leave together with them when it is false again. For whoever begins several
    /// polls at a time.</summary>
    public virtual void Gather(bool isGathering)
    {
    }

    /// <summary>Asks and waits for the answer.</summary>
    /// <param name="destination">Receives one word for each register in wire order, as host integers (or 0/1 for each bit); at least
    /// <see cref="ModbusRead.Count"/> long; owned by the caller; undefined after a fault.</param>
    /// <returns>Null when all was read, else the fault. Does not throw for what a wire can do.</returns>
    public abstract ValueTask<Fault?> ReadAsync(ModbusRead request, Memory<ushort> destination, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();
}
