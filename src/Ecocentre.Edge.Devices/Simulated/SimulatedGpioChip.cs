using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A GPIO chip whose lines are driven by a test or a building and requested as the kernel's character device would have it: one consumer a
/// line, its own debounce, a bounded buffer that drops the oldest edge.</summary>
/// <remarks>Any thread may drive lines. A line that nobody drives is low, or high when it was requested with a pull-up.</remarks>
public sealed class SimulatedGpioChip(string path, int lines, TimeProvider time)
{
    private readonly bool?[] _levels = new bool?[lines];
    private readonly SimulatedGpioLines?[] _users = new SimulatedGpioLines?[lines];
    private readonly SimulatedOutputLine?[] _outputs = new SimulatedOutputLine?[lines];
    private readonly Lock _gate = new();
    private bool _isPresent = true;

    /// <summary>For people, as <see cref="GpioLines.Path"/>.</summary>
    public string Path => path;

    /// <summary>False: unplugged. Requests and reads fail until it is back, and those who had lines must ask for them again.</summary>
    public bool IsPresent
    {
        get
        {
            lock (_gate) return _isPresent;
        }
        set
        {
            SimulatedGpioLines?[] users;
            lock (_gate)
            {
                _isPresent = value;
                users = value ? [] : [.. _users.Distinct()];
                if (!value)
                    Array.Clear(_outputs);
            }
            foreach (var user in users)
                user?.Lose();
        }
    }

    /// <summary>Is told of each level that a consumer drives on an output line: the line, and whether it is high.</summary>
    public Action<int, bool>? Driven { get; set; }

    /// <summary>Drives a line high or low, in volts: active-low is the consumer's matter.</summary>
    public void Drive(int offset, bool isHigh)
    {
        lock (_gate)
        {
            if (_levels[offset] == isHigh)
                return;
            _levels[offset] = isHigh;
            _users[offset]?.Follow(offset, isHigh);
        }
    }

    /// <summary>Requests lines.</summary>
    /// <exception cref="IOException">The chip is away, or a line is in use or not on it.</exception>
    public SimulatedGpioLines Request(ImmutableArray<LineSettings> settings)
    {
        ArgumentOutOfRangeException.ThrowIfZero(settings.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Length, GpioLines.LinesMax);
        lock (_gate)
        {
            if (!_isPresent)
                throw new IOException($"{path}: no such GPIO chip.");
            foreach (var line in settings)
                if ((uint)line.Offset >= (uint)lines)
                    throw new IOException($"{path}: line {line.Offset} is not on this chip; it has lines 0 to {lines - 1}.");
                else if (_users[line.Offset] is not null || _outputs[line.Offset] is not null)
                    throw new IOException($"{path}: line {line.Offset} is in use.");
            var request = new SimulatedGpioLines(this, settings, [.. settings.Select(LevelOf)], time);
            foreach (var line in settings)
                _users[line.Offset] = request;
            return request;
        }
    }

    /// <summary>Requests a line as an output; inactive.</summary>
    /// <exception cref="IOException">The chip is away, or the line is in use or not on it.</exception>
    public SimulatedOutputLine RequestOutput(OutputSettings settings)
    {
        var request = new SimulatedOutputLine(this, settings);
        lock (_gate)
        {
            if (!_isPresent)
                throw new IOException($"{path}: no such GPIO chip.");
            if ((uint)settings.Offset >= (uint)lines)
                throw new IOException($"{path}: line {settings.Offset} is not on this chip; it has lines 0 to {lines - 1}.");
            if (_users[settings.Offset] is not null || _outputs[settings.Offset] is not null)
                throw new IOException($"{path}: line {settings.Offset} is in use.");
            _outputs[settings.Offset] = request;
        }
        request.Drive(false);
        return request;
    }

    /// <exception cref="IOException">The chip is or was away.</exception>
    internal void Output(SimulatedOutputLine request, bool isHigh)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_outputs[request.Settings.Offset], request))
                throw new IOException($"{path}: the chip is gone.");
            _levels[request.Settings.Offset] = isHigh;
        }
        Driven?.Invoke(request.Settings.Offset, isHigh);
    }

    internal void Free(SimulatedOutputLine request)
    {
        lock (_gate)
            if (ReferenceEquals(_outputs[request.Settings.Offset], request))
                _outputs[request.Settings.Offset] = null;
    }

    internal void Free(SimulatedGpioLines request)
    {
        lock (_gate)
            for (var offset = 0; offset < _users.Length; offset++)
                if (ReferenceEquals(_users[offset], request))
                    _users[offset] = null;
    }

    private bool LevelOf(LineSettings line) => _levels[line.Offset] ?? line.Bias == LineBias.PullUp;
}
