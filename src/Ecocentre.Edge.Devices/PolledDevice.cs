using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices;

/// <summary>A device of a bus loop and its record. The loop's lock guards all but what belongs to the poll under way.</summary>
internal sealed class PolledDevice
{
    // A moving mean over about this many polls: slow enough to read, quick enough to follow.
    private const int MeanPolls = 16;

    private readonly long[] _faults = new long[Enum.GetValues<FaultKind>().Max(k => (int)k) + 1];
    private double _latencySeconds;
    private double _delaySeconds;
    private string? _lastFault;
    private Instant? _lastGoodAt;
    private long _polls;
    private long _readings;
    private int _missesInRow;

    /// <param name="goOn">Called when a poll that had to be waited for has ended.</param>
    public PolledDevice(IDevice device, Action<PolledDevice> goOn)
    {
        Device = device;
        GoOn = () => goOn(this);
    }

    public IDevice Device { get; }

    /// <summary>What continues a poll.</summary>
    public Action GoOn { get; }

    /// <summary>The poll under way.</summary>
    public ValueTaskAwaiter<PollResult> Polling { get; set; }

    /// <summary>Where the poll under way writes; empty while there is none.</summary>
    public Reading[] Buffer { get; set; } = [];

    /// <summary>Its place in the loop.</summary>
    public required int Index { get; init; }

    /// <summary>It is polled, or lent out.</summary>
    public bool IsInFlight { get; set; }

    /// <summary>When the poll under way began, in the provider's ticks; null while there is none.</summary>
    public long? PolledSince { get; set; }

    /// <summary>When the poll under way was due, in the provider's ticks.</summary>
    public long WasDueAt { get; set; }

    /// <summary>Somebody waits to borrow it.</summary>
    public TaskCompletionSource? Borrower { get; set; }

    /// <summary>Not polled before this, in the provider's ticks: pause after a defect.</summary>
    public long NotBefore { get; set; } = long.MinValue;

    /// <summary>Defects in a row.</summary>
    public int Defects { get; set; }

    public bool IsAlive { get; private set; }

    /// <summary>Said to be lost, and not yet to be back.</summary>
    public bool IsLost { get; private set; }

    /// <summary>It complains of itself.</summary>
    public bool IsUnwell { get; private set; }

    public long DueAt => Math.Max(Device.DueAt, NotBefore);

    /// <summary>Enters a poll into the record.</summary>
    /// <returns>True when the device was lost or came back by it: <see cref="IsLost"/>.</returns>
    public bool Enter(PollResult result, TimeSpan delay, TimeSpan latency)
    {
        _polls++;
        _readings += result.Count;
        _delaySeconds += (Math.Max(delay.TotalSeconds, 0) - _delaySeconds) / Math.Min(_polls, MeanPolls);
        if (result.Fault is { } fault)
        {
            _faults[(int)fault.Kind]++;
            _lastFault = fault.Text;
        }
        var isMissing = true;
        for (var i = result.Count - 1; i >= 0; i--)
        {
            ref readonly var reading = ref Buffer[i];
            isMissing &= reading.Quality == Quality.Missing;
            if (reading.Quality != Quality.Good) continue;
            _lastGoodAt = reading.At;
            break;
        }
        var wasLost = IsLost;
        // 10 and 11 come from a gateway on behalf of a device that does not answer.
        var hasRefused = result.Fault is { Kind: FaultKind.Refused, Exception: not (10 or 11) };
        if (!isMissing || hasRefused || result is { Fault: null, Count: 0 })
        {
            _latencySeconds += (latency.TotalSeconds - _latencySeconds) / Math.Min(_polls, MeanPolls);
            (_missesInRow, IsAlive, IsLost) = (0, true, false);
        }
        else if (result.Fault is { Kind: not FaultKind.Cancelled } && ++_missesInRow >= Breaker.MissesMax) (IsAlive, IsLost) = (false, true);
        return wasLost != IsLost;
    }

    /// <summary>Enters what the device says of itself, beside <see cref="Enter"/>.</summary>
    /// <returns>True when it became unwell or well by this poll. One that said nothing is as it was.</returns>
    public bool EnterComplaint(PollResult result)
    {
        var isUnwell = result.Fault is { Kind: FaultKind.Unwell };
        if (result.Count == 0 || result.Fault is not null && !isUnwell || isUnwell == IsUnwell) return false;
        IsUnwell = isUnwell;
        return true;
    }

    public DeviceHealth Health() => new(
        Device.Name, IsAlive, _lastGoodAt, _polls, _readings,
        Enum.GetValues<FaultKind>().Where(k => _faults[(int)k] > 0).ToFrozenDictionary(k => k, k => _faults[(int)k]), _lastFault,
        _latencySeconds * 1000, _delaySeconds * 1000);
}
