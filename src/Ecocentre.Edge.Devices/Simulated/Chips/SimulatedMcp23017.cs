namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>An MCP23017 with sixteen pins that a building drives, byte by byte.</summary>
/// <remarks>Source: Microchip MCP23017/MCP23S17 data sheet DS20001952C, table 3-5 (BANK = 0) and 3.6 (interrupts). Not synchronised: pins
/// are driven where no transfer is under way.</remarks>
public sealed class SimulatedMcp23017 : ByteRegisters
{
    private const byte Direction = 0x00, Polarity = 0x02, InterruptOn = 0x04, Default = 0x06, Compare = 0x08, Control = 0x0A, PullUp = 0x0C;
    private const byte Flags = 0x0E, Capture = 0x10, Port = 0x12;

    private readonly bool?[] _driven = new bool?[16];
    private ushort _before;

    public SimulatedMcp23017() => LosePower();

    /// <summary>Called with true when the interrupt pin begins to pull its wire low, with false when it lets go.</summary>
    public Action<bool>? Interrupted { get; set; }

    /// <summary>INTCAP keeps the pins as they are, not as IPOL shows them: the data sheet leaves it open.</summary>
    public bool IsCapturedRaw { get; init; }

    /// <summary>The interrupt pin pulls its wire low.</summary>
    public bool IsInterrupting => Word(Flags) != 0;

    /// <summary>Drives a pin high or low; null: nothing drives it, and the pull-up decides.</summary>
    public void Drive(int pin, bool? isHigh)
    {
        _driven[pin] = isHigh;
        Notice();
    }

    public override void LosePower()
    {
        var was = IsInterrupting;
        Clear();
        // Table 3-5: all are inputs.
        Put(Direction, [0xFF, 0xFF]);
        _before = Pins();
        if (was) Interrupted?.Invoke(false);
    }

    private protected override void Take(byte register, byte value)
    {
        if (register >= Flags) return;
        // IOCON has one register and two addresses.
        if (register is Control or Control + 1) this[Control] = this[Control + 1] = (byte)(value & 0xFE);
        else base.Take(register, value);
        Notice();
    }

    private protected override byte Give(byte register)
    {
        switch (register)
        {
            case Capture or Capture + 1:
                var caught = base.Give(register);
                Release(register - Capture);
                return caught;
            case Port or Port + 1:
                Release(register - Port);
                return (byte)(Seen() >> 8 * (register - Port));
            default:
                return base.Give(register);
        }
    }

    /// <summary>Levels at the pins.</summary>
    private ushort Pins()
    {
        var pins = 0;
        for (var i = 0; i < _driven.Length; i++)
            if (_driven[i] ?? (Word(PullUp) >> i & 1) != 0) pins |= 1 << i;
        return (ushort)pins;
    }

    /// <summary>As GPIO shows them.</summary>
    private ushort Seen() => (ushort)(Pins() ^ Word(Polarity));

    /// <summary>3.6: the first change of an enabled pin is caught with all levels of its port; others wait until that was read.</summary>
    private void Notice()
    {
        var pins = Pins();
        for (var port = 0; port < 2; port++)
        {
            var (now, before) = ((byte)(pins >> 8 * port), (byte)(_before >> 8 * port));
            var compared = (byte)(this[(byte)(Compare + port)] & (now ^ this[(byte)(Default + port)]));
            var raised = (byte)((compared | ~this[(byte)(Compare + port)] & (now ^ before)) & this[(byte)(InterruptOn + port)]);
            if (raised == 0 || this[(byte)(Flags + port)] != 0) continue;
            var was = IsInterrupting;
            this[(byte)(Flags + port)] = raised;
            this[(byte)(Capture + port)] = (byte)((IsCapturedRaw ? Pins() : Seen()) >> 8 * port);
            if (!was) Interrupted?.Invoke(true);
        }
        _before = pins;
    }

    private void Release(int port)
    {
        var was = IsInterrupting;
        this[(byte)(Flags + port)] = 0;
        if (was && !IsInterrupting) Interrupted?.Invoke(false);
    }

    private ushort Word(byte register) => (ushort)(this[register] | this[(byte)(register + 1)] << 8);
}
