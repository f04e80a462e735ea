namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A TCA9548A: the last byte written is its control byte, which reads give back; after power-on or a reset all branches are closed
/// (Texas Instruments SCPS207, 9.5). Branches take effect at the stop.</summary>
public sealed class SimulatedMux : SimulatedChip
{
    /// <summary>The control byte: bit n opens branch n.</summary>
    public byte Control { get; private set; }

    /// <summary>While false it acknowledges nothing, and what it had open stays open.</summary>
    public bool IsAnswering { get; set; } = true;

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        if (IsAnswering)
            Control = bytes[^1];
        return IsAnswering;
    }

    public override bool OnRead(Span<byte> bytes)
    {
        bytes.Fill(IsAnswering ? Control : (byte)0xFF);
        return IsAnswering;
    }

    /// <summary>Power-on, or a pulse on RESET.</summary>
    public void Reset() => Control = 0;
}
