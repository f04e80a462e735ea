namespace Ecocentre.Edge.Devices.Ports;

/// <summary>One line of a GPIO chip that the gateway drives; nobody else may while it is requested. Inactive from the request on, but while it is
/// driven otherwise. Disposing frees it.</summary>
/// <remarks>Any thread, one at a time.</remarks>
public abstract class OutputLine : IDisposable
{
    /// <summary>Requests a line of a GPIO chip of Linux.</summary>
    /// <param name="path">A device such as /dev/gpiochip0.</param>
    /// <exception cref="IOException">The chip is missing or forbidden, or the line is in use, not on it, or an input only; the message names the path and
    /// the remedy.</exception>
    public static OutputLine Open(string path, OutputSettings settings) => LinuxOutputLine.Open(path, settings);

    /// <summary>Where it is, for people: <c>/dev/gpiochip0</c>.</summary>
    public abstract string Path { get; }

    /// <summary>Makes it active or inactive, and leaves it so.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    public abstract void Drive(bool isActive);

    /// <summary>Makes it active for at least that long, then inactive. It blocks its caller meanwhile: for microseconds.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    public abstract void Pulse(TimeSpan length);

    public abstract void Dispose();
}

/// <summary>How an output line is requested.</summary>
/// <param name="Offset">The line's number on its chip.</param>
/// <param name="ActiveLow">Active at 0 V.</param>
/// <param name="OpenDrain">It pulls low or lets go, and a resistor pulls it high; a chip that cannot is made to by the kernel, which turns the line into
/// an input for high.</param>
public sealed record OutputSettings(int Offset, bool ActiveLow = false, bool OpenDrain = false);
