namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>A chip that is a row of 256 byte registers: a write names a register and what goes there and after it; a read goes on from the
/// register named last.</summary>
/// <remarks>One bus; not synchronised.</remarks>
public abstract class ByteRegisters : SimulatedChip
{
    private readonly byte[] _registers = new byte[256];
    private byte _at;

    private protected ByteRegisters()
    {
    }

    /// <summary>What stands in a register, as seen from inside.</summary>
    public byte this[byte register]
    {
        get => _registers[register];
        private protected set => _registers[register] = value;
    }

    /// <summary>Takes its power away and gives it back: everything but what is burnt into it is forgotten.</summary>
    public abstract void LosePower();

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        _at = bytes[0];
        foreach (var value in bytes[1..]) Take(_at++, value);
        return true;
    }

    public override bool OnRead(Span<byte> bytes)
    {
        foreach (ref var value in bytes) value = Give(_at++);
        return true;
    }

    /// <summary>A register is written from outside.</summary>
    private protected virtual void Take(byte register, byte value) => _registers[register] = value;

    /// <summary>A register is read from outside.</summary>
    private protected virtual byte Give(byte register) => _registers[register];

    private protected void Clear() => Array.Clear(_registers);

    private protected void Put(byte register, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_registers.AsSpan(register));

    /// <summary>The whole number for which a steadily rising or falling function comes nearest to a value: what an analogue front end would
    /// count.</summary>
    private protected static int Counts(Func<int, double> of, double value, int max)
    {
        var (low, high) = (0, max);
        var rises = of(max) > of(0);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (of(middle) < value == rises) low = middle;
            else high = middle;
        }
        return Math.Abs(of(low) - value) < Math.Abs(of(high) - value) ? low : high;
    }
}
