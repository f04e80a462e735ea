using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>An adapter of the kernel's i2c-dev, opened by the first transfer and again by the next one after it was unplugged.</summary>
internal sealed unsafe class LinuxI2cPort(string path) : I2cPort
{
    // 200 ms: Sensirion's SCD30 holds the clock for up to 150 ms once a day (Interface Description SCD30, 1.1). In the kernel's units of 10 ms.
    private const nint TimeoutTens = 20;

    // The kernel repeats by itself only what lost an arbitration (i2c-core-base.c, __i2c_transfer).
    private const nint Retries = 2;

    // Reserved for future purposes (NXP UM10204 rev. 7, table 4: 1111 1XX): no chip answers there.
    private const ushort NobodysAddress = 0x7F;

    // No file.
    private const int Closed = -1;

    private int _file = Closed;
    private bool _isAbsenceTold;

    public override string Path => path;

    public override I2cOutcome Transfer(byte address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(write.Length, I2cLayouts.LengthMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(read.Length, I2cLayouts.LengthMax);
        if (_file == Closed && Open() is { } words)
        {
            LastError = words;
            return I2cOutcome.NoBus;
        }
        fixed (byte* from = write)
        fixed (byte* to = read)
        {
            var messages = stackalloc I2cLayouts.Message[2];
            var count = 0;
            if (!write.IsEmpty)
                messages[count++] = new I2cLayouts.Message { Address = address, Length = (ushort)write.Length, Buffer = from };
            if (!read.IsEmpty)
                messages[count++] = new I2cLayouts.Message { Address = address, Flags = I2cLayouts.Read, Length = (ushort)read.Length, Buffer = to };
            var error = Exchange(messages, count);
            return error == 0 ? I2cOutcome.Done : Failed(error);
        }
    }

    public override ValueTask DisposeAsync()
    {
        Close();
        return default;
    }

    /// <summary>What an error of the kernel means.</summary>
    /// <param name="isAbsenceTold">The adapter has an error of its own for "nobody acknowledged".</param>
    internal static I2cOutcome Judge(int error, bool isAbsenceTold) => error switch
    {
        // ENXIO by convention (kernel documentation, i2c/fault-codes), EREMOTEIO on the Raspberry Pi's bcm2835, EIO on others.
        Libc.NoSuchDeviceOrAddress or Libc.RemoteInputOutput or Libc.InputOutput => I2cOutcome.NoAnswer,
        // A clock held too long or a line held low; on adapters that know no other error, an absent chip too.
        Libc.TimedOut => isAbsenceTold ? I2cOutcome.Stuck : I2cOutcome.NoAnswer,
        // Arbitration lost, bus busy: with one controller on the bus, that is a line held low.
        Libc.TryAgain or Libc.Busy => I2cOutcome.Stuck,
        Libc.NoSuchFile or Libc.NoSuchDevice or Libc.Shutdown or Libc.BrokenPipe => I2cOutcome.NoBus,
        // What is left (a transfer too long for the adapter, a chip that breaks the protocol) concerns this chip only.
        _ => I2cOutcome.NoAnswer,
    };

    /// <summary>An error that kept the adapter from being opened, in words that say what to do.</summary>
    internal static string Words(string path, int error) => error switch
    {
        Libc.NoSuchFile or Libc.NoSuchDevice or Libc.NoSuchDeviceOrAddress =>
            $"{path}: no such I2C adapter. Is the interface switched on (raspi-config) or the bridge plugged in? `ls /dev/i2c-*` lists those that are there, " +
            "`modprobe i2c-dev` may be missing.",
        Libc.NoPermission or Libc.NotPermitted =>
            $"{path}: not allowed. Add the gateway's user to the group that owns it, usually `usermod -aG i2c USER`.",
        Libc.NotATerminal or Libc.InvalidArgument => $"{path}: not an I2C adapter.",
        Libc.Busy => $"{path}: in use by another gateway. `fuser -v {path}` names it.",
        _ => $"{path}: {Marshal.GetPInvokeErrorMessage(error)} (error {error}).",
    };

    private string? Open()
    {
        _file = Libc.Open(path, Libc.ReadWrite | Libc.CloseOnExec);
        if (_file < 0)
        {
            _file = Closed;
            return Words(path, Marshal.GetLastPInvokeError());
        }
        var words = Prepare();
        if (words is not null)
            Close();
        return words;
    }

    private string? Prepare()
    {
        ulong functions;
        if (Libc.Request(_file, I2cLayouts.GetFunctions, &functions) < 0)
            return Words(path, Marshal.GetLastPInvokeError());
        if ((functions & I2cLayouts.PlainTransfers) == 0)
            return $"{path}: this adapter knows only SMBus, which the sensors do not speak. Choose another one (`i2cdetect -l` names them).";
        if (Libc.Lock(_file, Libc.LockExclusiveNow) < 0)
            return Words(path, Libc.Busy);
        if (Libc.Request(_file, I2cLayouts.SetTimeout, TimeoutTens) < 0 || Libc.Request(_file, I2cLayouts.SetRetries, Retries) < 0)
            return Words(path, Marshal.GetLastPInvokeError());
        byte nothing;
        var question = new I2cLayouts.Message { Address = NobodysAddress, Flags = I2cLayouts.Read, Length = 1, Buffer = &nothing };
        _isAbsenceTold = Exchange(&question, 1) is Libc.NoSuchDeviceOrAddress or Libc.RemoteInputOutput or Libc.InputOutput;
        return null;
    }

    /// <returns>0, or an error number.</returns>
    private int Exchange(I2cLayouts.Message* messages, int count)
    {
        var transfer = new I2cLayouts.Messages { First = messages, Count = (uint)count };
        return Libc.Request(_file, I2cLayouts.Transfer, &transfer) == count ? 0 : Marshal.GetLastPInvokeError();
    }

    private I2cOutcome Failed(int error)
    {
        var outcome = Judge(error, _isAbsenceTold);
        if (outcome == I2cOutcome.NoAnswer && error is Libc.NoSuchDeviceOrAddress or Libc.RemoteInputOutput)
        {
            LastError = $"no answer (error {error}).";
            _isAbsenceTold = true;
            return outcome;
        }
        // An adapter that was unplugged lives on, and keeps its driver waiting, until its file is closed; only its name is gone at once.
        if (outcome == I2cOutcome.NoBus || !File.Exists(path))
        {
            Close();
            LastError = $"the adapter is gone ({Marshal.GetPInvokeErrorMessage(error)}). Was it unplugged?";
            return I2cOutcome.NoBus;
        }
        LastError = outcome switch
        {
            I2cOutcome.Stuck => $"a wire is held low, or a chip holds the clock ({Marshal.GetPInvokeErrorMessage(error)}, error {error}).",
            _ => $"no answer ({Marshal.GetPInvokeErrorMessage(error)}, error {error}).",
        };
        return outcome;
    }

    private void Close()
    {
        if (_file != Closed)
            _ = Libc.Close(_file);
        _file = Closed;
    }
}
