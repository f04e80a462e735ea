using System.Device.Gpio;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.IotPackages.Ports;

/// <summary>An output line by System.Device.Gpio. Open drain is made by turning the line into an input for high.</summary>
public sealed class PackageOutputLine : OutputLine
{
    private readonly GpioController _chip;
    private readonly OutputSettings _settings;

    /// <inheritdoc cref="OutputLine.Open"/>
    public PackageOutputLine(string path, OutputSettings settings) : this(path, settings, PackageChip.Open(path))
    {
    }

    /// <param name="chip">Owned from now on.</param>
    internal PackageOutputLine(string path, OutputSettings settings, GpioController chip)
    {
        (Path, _settings, _chip) = (path, settings, chip);
        // Taken as an input first: an output would begin at whatever level the chip had.
        PackageChip.Take(chip, path, settings.Offset, PinMode.Input);
        Drive(isActive: false);
    }

    public override string Path { get; }

    public override void Drive(bool isActive)
    {
        var isHigh = isActive != _settings.ActiveLow;
        try
        {
            if (_settings.OpenDrain && isHigh)
            {
                _chip.SetPinMode(_settings.Offset, PinMode.Input);
                return;
            }
            // A value written to an input is kept and applied with the mode, so that there is no glitch between.
            _chip.Write(_settings.Offset, isHigh ? PinValue.High : PinValue.Low);
            _chip.SetPinMode(_settings.Offset, PinMode.Output);
            _chip.Write(_settings.Offset, isHigh ? PinValue.High : PinValue.Low);
        }
        catch (Exception failure) when (failure is System.Device.Gpio.Drivers.GpiodException or InvalidOperationException)
        {
            throw new IOException($"{Path}: line {_settings.Offset} cannot be driven: {failure.Message}", failure);
        }
    }

    public override void Pulse(TimeSpan length)
    {
        Drive(isActive: true);
        // Microseconds: no timer is that short.
        for (var until = LinuxOutputLine.Now() + length.Ticks * TimeSpan.NanosecondsPerTick; LinuxOutputLine.Now() < until;) Thread.SpinWait(1);
        Drive(isActive: false);
    }

    public override void Dispose() => _chip.Dispose();
}
