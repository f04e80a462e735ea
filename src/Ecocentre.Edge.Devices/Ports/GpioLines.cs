using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Up to 64 input lines of one GPIO chip, requested together; closing frees them.</summary>
/// <remarks>One reader at a time. The edges of a line alternate: where the kernel dropped some (it drops the oldest when nobody reads for long), the next
/// edge of the line tells how many, and as many are made up, evenly over the time between; the level tells of one that no other followed. So levels
/// never stay wrong and pulses keep their number; <see cref="EdgesLost"/> counts those whose time is not known. Edges of different lines may come in
/// another order than they happened.</remarks>
public abstract class GpioLines : IAsyncDisposable
{
    /// <summary>Lines of one request the kernel allows (Linux uAPI linux/gpio.h, GPIO_V2_LINES_MAX).</summary>
    public const int LinesMax = 64;

    /// <summary>Requests lines of a GPIO chip of Linux.</summary>
    /// <param name="path">A device such as /dev/gpiochip0.</param>
    /// <param name="lines">1 to <see cref="LinesMax"/>.</param>
    /// <param name="time">For the timestamps of edges.</param>
    /// <exception cref="IOException">The chip is missing or forbidden, a line is in use or not on it, or the chip cannot do what is asked; the message
    /// names the path and the remedy.</exception>
    public static GpioLines Open(string path, ImmutableArray<LineSettings> lines, TimeProvider time) => LinuxGpioLines.Open(path, lines, time);

    /// <summary>Where they are, for people: <c>/dev/gpiochip0</c>.</summary>
    public abstract string Path { get; }

    public abstract ImmutableArray<LineSettings> Lines { get; }

    /// <summary>Edges known to be lost since the request.</summary>
    public abstract long EdgesLost { get; }

    /// <summary>The levels now: bit i is line i of the request, set while active.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    public abstract ulong ReadLevels();

    /// <summary>Waits for edges and returns those that are there, the oldest first; 0 when the time is over. A time that ends without any compares the
    /// levels with what was told, too.</summary>
    /// <param name="timeout">Zero: takes what is there.</param>
    /// <exception cref="IOException">The chip is gone.</exception>
    public abstract ValueTask<int> ReadEdgesAsync(Memory<LineEdge> destination, TimeSpan timeout, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();
}

/// <summary>How an input line is requested.</summary>
/// <param name="Offset">The line's number on its chip.</param>
/// <param name="Debounce">A level shorter than this is not seen; done by the kernel. Zero: every edge.</param>
public sealed record LineSettings(int Offset, bool ActiveLow = false, LineBias Bias = LineBias.AsIs, TimeSpan Debounce = default);

/// <summary>The chip's own resistor at an input.</summary>
public enum LineBias : byte
{
    AsIs, Off, PullUp, PullDown,
}
