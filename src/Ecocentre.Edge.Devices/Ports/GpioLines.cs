using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>Up to 64 input lines of one GPIO chip, requested together; closing frees them.</summary>
/// <remarks>One reader at a time. Edges that the kernel dropped are found by their sequence; <see cref="ReadEdgesAsync"/> then makes up an edge for each line
/// whose level differs from what was last told, so that levels never stay wrong, and <see cref="EdgesLost"/> counts what is missing.</remarks>
public abstract class GpioLines : IAsyncDisposable
{
    /// <summary>Lines of one request the kernel allows (Linux uAPI linux/gpio.h, GPIO_V2_LINES_MAX).</summary>
    public const int LinesMax = 64;

    /// <summary>Where they are, for people: <c>/dev/gpiochip0</c>.</summary>
    public abstract string Path { get; }

    public abstract ImmutableArray<LineSettings> Lines { get; }

    /// <summary>Edges known to be lost since the request.</summary>
    public abstract long EdgesLost { get; }

    /// <summary>The levels now: bit i is line i of the request, set while active.</summary>
    /// <exception cref="IOException">The chip is gone.</exception>
    public abstract ulong ReadLevels();

    /// <summary>Waits for edges and returns those that are there, the oldest first; 0 when the time is over.</summary>
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
