using Ecocentre.Edge.Devices.Modbus;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>How often a simulated server goes wrong, as shares of its replies between 0 and 1; together at most 1.</summary>
/// <remarks>The same seed gives the same faults for the same requests. Not synchronised: one server's one line at a time.</remarks>
public sealed record WireFaults(int Seed)
{
    private readonly Random _random = new(Seed);

    public double Silent { get; init; }
    public double Late { get; init; }
    public double Truncated { get; init; }
    public double Flipped { get; init; }
    public double Refused { get; init; }

    /// <summary>A late reply is held between these two.</summary>
    public TimeSpan LateMin { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc cref="LateMin"/>
    public TimeSpan LateMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What happens to the reply to <paramref name="request"/>; hand this method to a server.</summary>
    public WireFault Next(ModbusRead request)
    {
        // Always as many draws, so that switching one kind off leaves the others' schedule as it was.
        var which = _random.NextDouble();
        var at = _random.Next();
        var delay = LateMin + ((LateMax - LateMin) * _random.NextDouble());
        if ((which -= Silent) < 0)
            return new WireFault(WireFaultKind.Silent);
        if ((which -= Late) < 0)
            return new WireFault(WireFaultKind.None, Delay: delay);
        if ((which -= Truncated) < 0)
            return new WireFault(WireFaultKind.Truncated, At: at);
        if ((which -= Flipped) < 0)
            return new WireFault(WireFaultKind.Flipped, At: at);
        // 1 to 4: the codes every server may answer a read with.
        return which - Refused < 0 ? new WireFault(WireFaultKind.Refused, Exception: (byte)(1 + (at % 4))) : default;
    }
}
