namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>How often transfers on a simulated I2C bus go wrong, as shares of them between 0 and 1; together at most 1.</summary>
/// <remarks>The same seed gives the same faults for the same order of transfers. Not synchronised: one bus.</remarks>
public sealed record I2cFaults(int Seed)
{
    private readonly Random _random = new(Seed);

    public double Nack { get; init; }
    public double Stuck { get; init; }
    public double FlippedRead { get; init; }
    public double FlippedWrite { get; init; }

    /// <summary>What happens to the next transfer; hand this method to a port.</summary>
    public I2cFault Next(byte address)
    {
        // Always as many draws, so that switching one kind off leaves the others' schedule as it was.
        var which = _random.NextDouble();
        var at = _random.Next();
        if ((which -= Nack) < 0)
            return new I2cFault(I2cFaultKind.Nack);
        if ((which -= Stuck) < 0)
            return new I2cFault(I2cFaultKind.Stuck);
        if ((which -= FlippedRead) < 0)
            return new I2cFault(I2cFaultKind.FlippedRead, at);
        return which - FlippedWrite < 0 ? new I2cFault(I2cFaultKind.FlippedWrite, at) : default;
    }
}
