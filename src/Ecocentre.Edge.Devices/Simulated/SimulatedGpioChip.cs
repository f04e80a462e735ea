using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A GPIO chip whose lines are driven by a test or a building and requested as the kernel's character device would have it: one consumer a
/// line, its own debounce, a bounded buffer that drops the oldest edge.</summary>
/// <remarks>Any thread may drive lines. A line that nobody drives is low, or high when it was requested with a pull-up.</remarks>
public sealed class SimulatedGpioChip(string path, int lines, TimeProvider time)
{
    private readonly bool?[] _driven = new bool?[lines];
    private readonly SimulatedGpioLines?[] _users = new SimulatedGpioLines?[lines];
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
            }
            foreach (var user in users)
                user?.Lose();
        }
    }

    /// <summary>Drives a line high or low, in volts: active-low is the consumer's matter.</summary>
    public void Drive(int offset, bool isHigh)
    {
        lock (_gate)
        {
            if (_driven[offset] == isHigh)
                return;
            _driven[offset] = isHigh;
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
                else if (_users[line.Offset] is not null)
                    throw new IOException($"{path}: line {line.Offset} is in use.");
            var request = new SimulatedGpioLines(this, settings, [.. settings.Select(LevelOf)], time);
            foreach (var line in settings)
                _users[line.Offset] = request;
            return request;
        }
    }

    internal void Free(SimulatedGpioLines request)
    {
        lock (_gate)
            for (var offset = 0; offset < _users.Length; offset++)
                if (ReferenceEquals(_users[offset], request))
                    _users[offset] = null;
    }

    private bool LevelOf(LineSettings line) => _driven[line.Offset] ?? line.Bias == LineBias.PullUp;
}
