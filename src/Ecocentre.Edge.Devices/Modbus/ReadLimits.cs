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
    /// <summary>125: the most registers one read may return, since the PDU is 253 bytes (MODBUS Application Protocol V1.1b3,
    /// 6.3).</summary>
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

    /// <summary>Borders that no request may cross: its points lie all before or all from <c>Address</c> on. Learned from
    /// refusals.</summary>
    public ImmutableArray<(RegisterTable Table, int Address)> Cuts { get; init; } = [];

    /// <summary>Whether one request may ask for these registers.</summary>
    public bool Allows(RegisterTable table, int address, int count)
    {
        if (address < 0 || count < 1 || address + count > 0x1_0000 || count > RegistersMax || EvenCounts && count % 2 != 0) return false;
        foreach (var hole in Holes)
            if (hole.Table == table && hole.Range.Overlaps(address, count)) return false;
        return true;
    }

    /// <summary>Whether points from <paramref name="address"/> to before <paramref name="end"/> are kept apart by a border.</summary>
    public bool IsCut(RegisterTable table, int address, int end)
    {
        foreach (var cut in Cuts)
            if (cut.Table == table && address < cut.Address && end > cut.Address) return true;
        return false;
    }
}
