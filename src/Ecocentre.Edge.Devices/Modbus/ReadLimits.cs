using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>Registers from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct RegisterRange(int First, int Last)
{
    public bool Overlaps(int address, int count) => address <= Last && address + count > First;
}

/// <summary>What a server allows in one read request. Violating it brings an exception, silence or, worst, shifted values.</summary>
public sealed record ReadLimits
{
    /// <summary>125: the most registers one read may return, since the PDU is 253 bytes (MODBUS Application Protocol V1.1b3, 6.3).</summary>
    public const int RegistersMaxOfProtocol = 125;

    /// <summary>The protocol's own limits.</summary>
    public static ReadLimits Protocol { get; } = new();

    /// <summary>1 to 125.</summary>
    public int RegistersMax { get; init; } = RegistersMaxOfProtocol;

    /// <summary>Most registers nobody wants that may be read between two wanted ones. 0: only neighbours share a request.</summary>
    public int GapMax { get; init; } = RegistersMaxOfProtocol;

    /// <summary>The server answers only requests for an even number of registers.</summary>
    public bool EvenCounts { get; init; }

    /// <summary>Registers that no request may touch.</summary>
    public ImmutableArray<(RegisterTable Table, RegisterRange Range)> Holes { get; init; } = [];
}
