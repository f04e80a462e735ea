using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Readings;

/// <summary>From when on the readings of each series are questionable, because the calibration of its instrument is over. Looked at once a step and only
/// when one is due, so that it costs a reading nothing.</summary>
internal sealed class Validity
{
    private const long Never = long.MaxValue;

    private readonly long[] _until;
    private readonly SeriesReadings _readings;
    private long _next = Never, _settled = long.MinValue;

    internal Validity(int series, SeriesReadings readings)
    {
        (_until, _readings) = (new long[series], readings);
        Array.Fill(_until, Never);
    }

    /// <param name="until">Null: for ever.</param>
    internal void Set(int series, Instant? until)
    {
        _until[series] = until?.UnixMilliseconds ?? Never;
        _readings.Doubt(series, false);
        // The next settling looks at all of them again.
        (_next, _settled) = (long.MinValue, long.MinValue);
    }

    internal void Settle(Instant now)
    {
        var at = now.UnixMilliseconds;
        // A clock that was set back may lead back into the time of validity.
        if (at < _next && at >= _settled) return;
        (_next, _settled) = (Never, at);
        for (var series = 0; series < _until.Length; series++)
        {
            _readings.Doubt(series, at >= _until[series]);
            if (_until[series] > at) _next = Math.Min(_next, _until[series]);
        }
    }
}
