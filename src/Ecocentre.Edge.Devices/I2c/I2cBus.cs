using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.I2c;

/// <summary>The one owner of an I2C bus and of the TCA9548A multiplexers on it: up to eight of them, 64 branches.</summary>
/// <remarks>Any thread: a branch is chosen and used under one lock, so that chips with equal addresses never answer together. A branch stays open
/// until another one, or a chip on the trunk, is asked. What a multiplexer was told is read back, because a flipped bit would open a neighbour's
/// branch and an identical chip there would answer with good checksums. A multiplexer that does not answer costs only the chips behind it; one
/// that was without power has closed its branches (SCPS207, 9.5) and is told again after any chip behind it stayed silent. It owns its port.</remarks>
public sealed class I2cBus : IAsyncDisposable
{
    /// <summary>Addresses outside are reserved (NXP UM10204 rev. 7, 3.1.12, table 4).</summary>
    public const byte AddressMin = 0x08, AddressMax = 0x77;

    // 8: less than 2 ms at 100 kHz, and a multiplexer that misses every tenth byte counts as silent, with a branch perhaps open, once in 10^8 times.
    // One that is silent already is told once, and before transfers to others more and more rarely.
    private const int AttemptsMax = 8;

    // 63 transfers pass before a silent multiplexer is told again: on adapters that take their whole time limit for nobody's answer (200 ms) it then
    // costs the others 3 ms a transfer.
    private const int SkippedMax = 63;

    private readonly I2cPort _port;
    private readonly Action? _resetMuxes;
    private readonly Mux?[] _muxes = new Mux?[MuxBranch.AddressMax - MuxBranch.AddressMin + 1];
    private readonly HashSet<byte> _chips = [];
    private readonly Lock _gate = new();
    private string? _stuckSince;

    /// <param name="resetMuxes">Pulses the multiplexers' common RESET line, where it is wired: the only way out when a chip behind an open branch
    /// holds the wires low. It is called under the bus's lock after a transfer was <see cref="I2cOutcome.Stuck"/>; when it fails with
    /// <see cref="IOException"/>, the segment's last error says so. See <see cref="MuxReset.Pulse"/>.</param>
    public I2cBus(I2cPort port, Action? resetMuxes = null)
    {
        _port = port;
        _resetMuxes = resetMuxes;
    }

    /// <summary>Where it leads, for people: <c>/dev/i2c-1</c>.</summary>
    public string Path => _port.Path;

    /// <summary>The place of a chip. Several may be asked for with the same address and branch; they are the same chip.</summary>
    /// <exception cref="ArgumentException">No chip can be there: a reserved address, an impossible branch, or a multiplexer's own address.</exception>
    public I2cSegment Segment(byte address, MuxBranch? branch = null)
    {
        if (address is < AddressMin or > AddressMax)
            throw new ArgumentException($"0x{address:X2} is no chip's address: those are 0x{AddressMin:X2} to 0x{AddressMax:X2}.", nameof(address));
        if (branch is { IsPossible: false } wrong)
            throw new ArgumentException($"{wrong} is no branch of a multiplexer: those are 0x70:0 to 0x77:7.", nameof(branch));
        lock (_gate)
        {
            if (branch is { } behind)
                _muxes[behind.Address - MuxBranch.AddressMin] ??= new Mux(behind.Address);
            _chips.Add(address);
            foreach (var mux in _muxes)
                if (mux is not null && _chips.Contains(mux.Address))
                    throw new ArgumentException($"0x{mux.Address:X2} is named as a chip and as a multiplexer.", nameof(address));
        }
        return new I2cSegment(this, address, branch);
    }

    public ValueTask DisposeAsync() => _port.DisposeAsync();

    internal I2cOutcome Transfer(I2cSegment segment, ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (write.IsEmpty && read.IsEmpty)
            throw new ArgumentException("BUG: a transfer writes or reads at least one byte.");
        lock (_gate)
        {
            var outcome = Choose(segment.Branch, out var words);
            if (outcome == I2cOutcome.Done)
            {
                outcome = _port.Transfer(segment.Address, write, read);
                if (outcome == I2cOutcome.Done)
                {
                    _stuckSince = null;
                    return outcome;
                }
                words = _port.LastError;
            }
            segment.LastError = $"{segment.Path}: {words}{Suspect(outcome, segment)}{Recover(outcome, segment.Branch)}";
            return outcome;
        }
    }

    /// <summary>Opens a branch, or none, and closes all others.</summary>
    private I2cOutcome Choose(MuxBranch? branch, out string words)
    {
        Mux? wanted = null;
        words = "";
        foreach (var mux in _muxes)
        {
            if (mux is null)
                continue;
            if (mux.Address == branch?.Address)
            {
                wanted = mux;
                continue;
            }
            var outcome = mux.Open == 0 || mux.IsSkipped() ? I2cOutcome.Done : Tell(mux, 0, out words);
            if (outcome is I2cOutcome.Stuck or I2cOutcome.NoBus)
                return outcome;
        }
        return wanted is null || wanted.Open == branch!.Value.Mask ? I2cOutcome.Done : Tell(wanted, branch.Value.Mask, out words);
    }

    /// <summary>Sets a multiplexer's control byte and reads it back.</summary>
    private I2cOutcome Tell(Mux mux, byte mask, out string words)
    {
        mux.Open = null;
        words = "";
        Span<byte> read = stackalloc byte[1];
        for (var attempt = 0; attempt < (mux.IsSilent ? 1 : AttemptsMax); attempt++)
        {
            // Two transfers: a branch opens at the stop (SCPS207, 9.5.1), which a repeated start would put off.
            var outcome = _port.Transfer(mux.Address, [mask], []);
            if (outcome == I2cOutcome.Done)
                outcome = _port.Transfer(mux.Address, [], read);
            if (outcome == I2cOutcome.Done && read[0] == mask)
            {
                mux.Answered(mask);
                return outcome;
            }
            words = outcome == I2cOutcome.Done
                ? $"the multiplexer 0x{mux.Address:X2} was told {mask:X2} and has {read[0]:X2}."
                : $"the multiplexer 0x{mux.Address:X2} cannot be told: {_port.LastError}";
            if (outcome is I2cOutcome.Stuck or I2cOutcome.NoBus)
                return outcome;
        }
        mux.Missed();
        return I2cOutcome.NoAnswer;
    }

    private string Suspect(I2cOutcome outcome, I2cSegment segment)
    {
        if (outcome != I2cOutcome.Stuck)
            return "";
        _stuckSince ??= segment.Path;
        return _stuckSince == segment.Path ? "" : $" It began with {_stuckSince}: a chip there may hold the wires low.";
    }

    /// <returns>Why the multiplexers could not be reset, or nothing.</returns>
    private string Recover(I2cOutcome outcome, MuxBranch? branch)
    {
        foreach (var mux in _muxes)
            if (mux is not null && (outcome != I2cOutcome.NoAnswer || mux.Address == branch?.Address))
                mux.Open = null;
        try
        {
            if (outcome == I2cOutcome.Stuck)
                _resetMuxes?.Invoke();
            return "";
        }
        catch (IOException exception)
        {
            return $" The multiplexers cannot be reset: {exception.Message}";
        }
    }

    /// <param name="address">Its own.</param>
    private sealed class Mux(byte address)
    {
        private int _skips;
        private int _skipped;

        public byte Address => address;

        /// <summary>Its control byte; null when nobody knows, as after a start.</summary>
        public byte? Open { get; set; }

        /// <summary>It could not be told when that was last tried.</summary>
        public bool IsSilent { get; private set; }

        /// <summary>Whether a silent one is left alone before this transfer to others.</summary>
        public bool IsSkipped() => IsSilent && _skips-- > 0;

        public void Answered(byte mask) => (Open, IsSilent, _skipped) = (mask, false, 0);

        public void Missed()
        {
            IsSilent = true;
            _skips = _skipped = Math.Min(2 * _skipped + 1, SkippedMax);
        }
    }
}
