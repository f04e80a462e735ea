using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ecocentre.Edge.IotPackages.Ports;

/// <summary>Opens GPIO chips by System.Device.Gpio, and says in words why one cannot be.</summary>
internal static partial class PackageChip
{
    /// <returns>A controller of that chip, owned by the caller.</returns>
    /// <exception cref="IOException">No such chip, no permission, or no libgpiod; the message names the path and the remedy.</exception>
    public static GpioController Open(string path)
    {
        if (ChipName().Match(path) is not { Success: true } name)
            throw new IOException($"{path}: System.Device.Gpio opens chips by number only. Write /dev/gpiochipN.");
        if (!File.Exists(path)) throw new IOException($"{path}: no such GPIO chip. `ls /dev/gpiochip*` lists those that are there.");
        var number = int.Parse(name.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        // libgpiod 2 (Debian 13) and libgpiod 1 (Debian 12) have a driver each. The package's own choice throws what its caller does not expect.
        Exception? first = null;
        foreach (var make in new Func<int, GpioDriver>[] { n => new LibGpiodV2Driver(n), n => new LibGpiodDriver(n) })
        {
            try
            {
                return new GpioController(make(number));
            }
            catch (Exception failure) when (failure is GpiodException or PlatformNotSupportedException or DllNotFoundException or IOException
                or UnauthorizedAccessException or TypeInitializationException)
            {
                first ??= failure;
            }
        }
        throw new IOException($"{path}: cannot be opened by libgpiod: {first!.Message} Is libgpiod installed (`apt install libgpiod2`), and is the " +
            "gateway's user in the group that owns the chip, usually gpio?", first);
    }

    /// <exception cref="IOException">The pin is open already, or not on the chip.</exception>
    public static void Take(GpioController chip, string path, int offset, PinMode mode)
    {
        // The package lets a pin be opened twice without a word, and applies the second mode.
        if (chip.IsPinOpen(offset)) throw new IOException($"{path}: line {offset} is asked for twice.");
        try
        {
            if (!chip.IsPinModeSupported(offset, mode))
                throw new IOException($"{path}: line {offset} cannot be {mode}. Choose another line, or wire a resistor of its own.");
            chip.OpenPin(offset, mode);
        }
        catch (Exception failure) when (failure is GpiodException or InvalidOperationException or ArgumentException)
        {
            throw new IOException($"{path}: line {offset} cannot be had: {failure.Message}", failure);
        }
    }

    // The kernel's names of chips: gpiochip0 and on.
    [GeneratedRegex(@"^/dev/gpiochip(\d{1,4})$")]
    private static partial Regex ChipName();
}
