namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A chip as the wire sees it: bytes come, bytes go, each transfer is acknowledged or not. Its state is its own; time is handed to it.</summary>
/// <remarks>One transfer at a time; whoever drives the wire sees to that.</remarks>
public abstract class SimulatedChip
{
    /// <summary>How long the chip holds the clock low in each transfer; zero for most.</summary>
    public virtual TimeSpan Stretch => TimeSpan.Zero;

    /// <summary>Takes what is written to it up to a stop or a repeated start.</summary>
    /// <param name="bytes">At least one; the caller's, only for this call.</param>
    /// <returns>False when it does not acknowledge: absent, busy, or the bytes mean nothing to it.</returns>
    public abstract bool OnWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Gives what is read from it.</summary>
    /// <param name="bytes">At least one; to be filled to the end (a chip that has no more leaves the wire high: 0xFF).</param>
    /// <returns>False when it does not acknowledge its address.</returns>
    public abstract bool OnRead(Span<byte> bytes);
}
