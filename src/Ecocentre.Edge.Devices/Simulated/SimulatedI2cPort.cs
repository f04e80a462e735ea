using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>An I2C bus with chips on its trunk and behind TCA9548A multiplexers, byte by byte as the wires would have it.</summary>
/// <remarks>Chips that are reached together with the same address answer together, as open-drain wires do: any of them acknowledges, zeros win.
/// Not synchronised: chips are attached and faults are set where no transfer is under way.</remarks>
public sealed class SimulatedI2cPort(string path = "simulated-i2c") : I2cPort
{
    // Start, stop and the pauses between them, about; nine clocks a byte are counted exactly.
    private const int FrameClocks = 2;

    private readonly List<(byte Address, MuxBranch? Branch, SimulatedChip Chip)> _chips = [];
    private readonly SortedDictionary<byte, SimulatedMux> _muxes = [];
    private readonly HashSet<MuxBranch> _heldLow = [];
    private readonly List<SimulatedChip> _reached = [];

    public override string Path => path;

    /// <summary>What happens to each transfer, by the address it goes to; none goes wrong where this is null.</summary>
    public Func<byte, I2cFault>? Fault { get; set; }

    /// <summary>A transfer in which a chip holds the clock longer than this is given up.</summary>
    public TimeSpan StretchMax { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The clock of the bus, for <see cref="Busy"/>.</summary>
    public int Hertz { get; set; } = 100_000;

    /// <summary>How long the wires have been in use, all transfers together.</summary>
    public TimeSpan Busy { get; private set; }

    /// <summary>Transfers so far, failed ones too, those to multiplexers too.</summary>
    public long Transfers { get; private set; }

    /// <summary>Transfers that more than one chip took part in: always a defect of the bus's owner, or of the wiring.</summary>
    public long Collisions { get; private set; }

    /// <summary>False: unplugged.</summary>
    public bool IsPlugged { get; set; } = true;

    /// <summary>The wires of the trunk are held low: nothing passes.</summary>
    public bool IsTrunkHeldLow { get; set; }

    /// <summary>Puts a chip on the trunk, or behind a branch of a multiplexer, which comes to be when it is first named.</summary>
    public void Attach(byte address, SimulatedChip chip, MuxBranch? branch = null)
    {
        if (branch is { } behind)
            Mux(behind.Address);
        _chips.Add((address, branch, chip));
    }

    /// <summary>Takes a chip off.</summary>
    public void Detach(SimulatedChip chip) => _chips.RemoveAll(entry => ReferenceEquals(entry.Chip, chip));

    /// <summary>The multiplexer at an address, put on the trunk when it is not there yet.</summary>
    public SimulatedMux Mux(byte address)
    {
        if (!_muxes.TryGetValue(address, out var mux))
            _muxes.Add(address, mux = new SimulatedMux());
        return mux;
    }

    /// <summary>A chip behind a branch pulls the wires low, or lets go: while the branch is open, nothing passes on the whole bus.</summary>
    public void HoldLow(MuxBranch branch, bool isHeld = true)
    {
        if (isHeld)
            _heldLow.Add(branch);
        else
            _heldLow.Remove(branch);
    }

    /// <summary>A pulse on the multiplexers' common RESET line.</summary>
    public void ResetMuxes()
    {
        foreach (var mux in _muxes.Values)
            mux.Reset();
    }

    public override I2cOutcome Transfer(byte address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        Transfers++;
        var fault = Fault?.Invoke(address) ?? default;
        if (!IsPlugged || fault.Kind == I2cFaultKind.NoBus)
            return Failed(I2cOutcome.NoBus, "it is not plugged in.");
        if (IsTrunkHeldLow || fault.Kind == I2cFaultKind.Stuck || _heldLow.Any(IsOpen))
        {
            Busy += StretchMax;
            return Failed(I2cOutcome.Stuck, "a line is held low.");
        }
        Reach(address);
        if (_reached.Count > 1)
            Collisions++;
        if (_reached.Count == 0 || fault.Kind == I2cFaultKind.Nack)
        {
            Use(1, 0);
            return Failed(I2cOutcome.NoAnswer, "no answer.");
        }
        var stretch = _reached.Max(chip => chip.Stretch);
        Use(2 + write.Length + read.Length, stretch > StretchMax ? StretchMax.Ticks : stretch.Ticks);
        if (stretch > StretchMax)
            return Failed(I2cOutcome.Stuck, $"the clock was held for {StretchMax.TotalMilliseconds} ms.");
        return Exchange(write, read, fault) ? I2cOutcome.Done : Failed(I2cOutcome.NoAnswer, "not acknowledged.");
    }

    public override ValueTask DisposeAsync() => default;

    private static void Flip(Span<byte> bytes, int at)
    {
        if (bytes.IsEmpty)
            return;
        var bit = at % (8 * bytes.Length);
        bytes[bit >> 3] ^= (byte)(1 << (bit & 7));
    }

    private bool Exchange(ReadOnlySpan<byte> write, Span<byte> read, I2cFault fault)
    {
        var isAcknowledged = true;
        if (!write.IsEmpty)
        {
            var arrived = write.ToArray();
            if (fault.Kind == I2cFaultKind.FlippedWrite)
                Flip(arrived, fault.At);
            isAcknowledged = false;
            foreach (var chip in _reached)
                isAcknowledged |= chip.OnWrite(arrived);
        }
        if (!isAcknowledged || read.IsEmpty)
            return isAcknowledged;
        read.Fill(0xFF);
        var own = new byte[read.Length];
        isAcknowledged = false;
        foreach (var chip in _reached)
        {
            own.AsSpan().Fill(0xFF);
            if (!chip.OnRead(own))
                continue;
            isAcknowledged = true;
            for (var i = 0; i < own.Length; i++)
                read[i] &= own[i];
        }
        if (fault.Kind == I2cFaultKind.FlippedRead)
            Flip(read, fault.At);
        return isAcknowledged;
    }

    private void Reach(byte address)
    {
        _reached.Clear();
        if (_muxes.TryGetValue(address, out var mux))
            _reached.Add(mux);
        foreach (var (own, branch, chip) in _chips)
            if (own == address && (branch is not { } behind || IsOpen(behind)))
                _reached.Add(chip);
    }

    private bool IsOpen(MuxBranch branch) => _muxes.TryGetValue(branch.Address, out var mux) && (mux.Control & branch.Mask) != 0;

    private void Use(int bytes, long stretchTicks) =>
        Busy += TimeSpan.FromSeconds((9.0 * bytes + FrameClocks) / Hertz) + TimeSpan.FromTicks(stretchTicks);

    private I2cOutcome Failed(I2cOutcome outcome, string words)
    {
        LastError = words;
        return outcome;
    }
}
