namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>When a lost medium may be tried again: at once after it had worked, then after a wait that doubles with each failure.</summary>
/// <remarks>Not synchronised: its owner's lock guards it.</remarks>
internal sealed class BackOff(TimeSpan min, TimeSpan max, TimeProvider time)
{
    private TimeSpan _wait;
    private long _failedAt;

    /// <summary>What is left of the wait; zero when a try is allowed.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_wait == TimeSpan.Zero)
                return TimeSpan.Zero;
            var left = _wait - time.GetElapsedTime(_failedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Worked() => _wait = TimeSpan.Zero;

    public void Failed()
    {
        _failedAt = time.GetTimestamp();
        _wait = _wait == TimeSpan.Zero ? min : _wait + _wait < max ? _wait + _wait : max;
    }
}
