using System.Globalization;

namespace Ecocentre.Edge.Time;

/// <summary>A point on the UTC time line, in whole milliseconds since 1970-01-01T00:00:00Z. It knows no calendar and no zone.</summary>
/// <remarks>The default value is the epoch itself. Arithmetic is unchecked only where a <see cref="TimeSpan"/> could not reach.</remarks>
public readonly record struct Instant(long UnixMilliseconds) : IComparable<Instant>
{
    public static Instant From(DateTimeOffset time) => new(time.ToUnixTimeMilliseconds());

    /// <exception cref="ArgumentOutOfRangeException">It lies outside of the years 1 to 9999.</exception>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds(UnixMilliseconds);

    public int CompareTo(Instant other) => UnixMilliseconds.CompareTo(other.UnixMilliseconds);

    /// <summary>RFC 3339 in UTC with milliseconds, as in <c>2026-11-21T19:00:37.000Z</c>; outside of the years 1 to 9999 the bare milliseconds.</summary>
    public override string ToString() => IsInCalendar
        ? ToDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : UnixMilliseconds.ToString(CultureInfo.InvariantCulture) + " ms";

    private bool IsInCalendar =>
        UnixMilliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && UnixMilliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static Instant operator +(Instant left, TimeSpan right) => new(left.UnixMilliseconds + (long)right.TotalMilliseconds);
    public static Instant operator -(Instant left, TimeSpan right) => new(left.UnixMilliseconds - (long)right.TotalMilliseconds);
    public static TimeSpan operator -(Instant left, Instant right) => TimeSpan.FromMilliseconds(left.UnixMilliseconds - right.UnixMilliseconds);
    public static bool operator <(Instant left, Instant right) => left.UnixMilliseconds < right.UnixMilliseconds;
    public static bool operator >(Instant left, Instant right) => left.UnixMilliseconds > right.UnixMilliseconds;
    public static bool operator <=(Instant left, Instant right) => left.UnixMilliseconds <= right.UnixMilliseconds;
    public static bool operator >=(Instant left, Instant right) => left.UnixMilliseconds >= right.UnixMilliseconds;
}
