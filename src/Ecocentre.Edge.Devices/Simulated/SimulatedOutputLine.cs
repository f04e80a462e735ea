using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A line of a <see cref="SimulatedGpioChip"/> that its consumer drives.</summary>
public sealed class SimulatedOutputLine : OutputLine
{
    private readonly SimulatedGpioChip _chip;

    internal SimulatedOutputLine(SimulatedGpioChip chip, OutputSettings settings) => (_chip, Settings) = (chip, settings);

    public override string Path => _chip.Path;

    public OutputSettings Settings { get; }

    /// <summary>Of the newest pulse; zero before one.</summary>
    public TimeSpan PulseLength { get; private set; }

    public override void Drive(bool isActive) => _chip.Output(this, isActive != Settings.ActiveLow);

    public override void Pulse(TimeSpan length)
    {
        Drive(true);
        PulseLength = length;
        Drive(false);
    }

    public override void Dispose() => _chip.Free(this);
}
