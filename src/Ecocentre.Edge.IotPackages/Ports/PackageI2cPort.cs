using System.Globalization;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Devices.Ports;
using PackageBus = System.Device.I2c.I2cBus;
using PackageDevice = System.Device.I2c.I2cDevice;

namespace Ecocentre.Edge.IotPackages.Ports;

/// <summary>An I2C bus by System.Device.Gpio 4.2, opened by the first transfer and again by the next one after it was lost.</summary>
/// <remarks>The package locks nothing and says the kernel's error in words only: the number is read out of them and judged as the default port
/// judges it. It cannot tell a held line from an absent chip on adapters that say ETIMEDOUT of both; such a timeout counts as no answer.</remarks>
public sealed partial class PackageI2cPort : I2cPort
{
    private readonly Func<PackageBus> _open;
    private readonly Dictionary<byte, PackageDevice> _devices = [];
    private PackageBus? _bus;

    /// <param name="path">A device such as /dev/i2c-1.</param>
    /// <exception cref="IOException">That is no name of an adapter.</exception>
    public PackageI2cPort(string path) : this(path, OpenerOf(path))
    {
    }

    internal PackageI2cPort(string path, Func<PackageBus> open) => (Path, _open) = (path, open);

    public override string Path { get; }

    public override I2cOutcome Transfer(byte address, ReadOnlySpan<byte> write, Span<byte> read)
    {
        try
        {
            var device = Device(address);
            if (read.IsEmpty) device.Write(write);
            else if (write.IsEmpty) device.Read(read);
            else device.WriteRead(write, read);
            return I2cOutcome.Done;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or PlatformNotSupportedException or ObjectDisposedException)
        {
            return Failed(failure);
        }
    }

    public override ValueTask DisposeAsync()
    {
        Close();
        return default;
    }

    private static Func<PackageBus> OpenerOf(string path) =>
        AdapterName().Match(path) is { Success: true } name
            ? () => PackageBus.Create(int.Parse(name.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : throw new IOException($"{path}: System.Device.Gpio opens adapters by number only. Write /dev/i2c-N.");

    // An adapter's number has one to four digits: i2c-dev counts minors.
    [GeneratedRegex(@"^/dev/i2c-(\d{1,4})$")]
    private static partial Regex AdapterName();

    // "Error 121 (Remote I/O error) performing I2C data transfer."
    [GeneratedRegex(@"\bError (\d+)\b")]
    private static partial Regex ErrorNumber();

    private PackageDevice Device(byte address)
    {
        _bus ??= _open();
        if (!_devices.TryGetValue(address, out var device)) _devices[address] = device = _bus.CreateDevice(address);
        return device;
    }

    private I2cOutcome Failed(Exception failure)
    {
        var number = ErrorNumber().Match(failure.Message) is { Success: true } found ? int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        if (_bus is null)
        {
            LastError = number == 0 ? $"{Path}: {failure.Message}" : LinuxI2cPort.Words(Path, number);
            return I2cOutcome.NoBus;
        }
        var outcome = LinuxI2cPort.Judge(number, isAbsenceTold: false);
        // An adapter that was unplugged lives on until its file is closed; only its name is gone at once.
        if (outcome == I2cOutcome.NoBus || failure is ObjectDisposedException)
        {
            Close();
            LastError = $"the adapter is gone ({failure.Message}). Was it unplugged?";
            return I2cOutcome.NoBus;
        }
        LastError = outcome == I2cOutcome.Stuck ? $"a wire is held low, or a chip holds the clock ({failure.Message})." : $"no answer ({failure.Message}).";
        return outcome;
    }

    private void Close()
    {
        foreach (var device in _devices.Values) device.Dispose();
        _devices.Clear();
        _bus?.Dispose();
        _bus = null;
    }
}
