using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Time;

public sealed class InstantTests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999Z")]
    [InlineData(1_795_287_637_042, "2026-11-21T19:00:37.042Z")]
    [InlineData(253_402_300_799_999, "9999-12-31T23:59:59.999Z")]
    [InlineData(253_402_300_800_000, "253402300800000 ms")]
    [InlineData(long.MinValue, "-9223372036854775808 ms")]
    public void Every_instant_can_be_printed(long milliseconds, string text) => Assert.Equal(text, new Instant(milliseconds).ToString());

    [Fact]
    public void Arithmetic_is_in_whole_milliseconds_and_exact_over_centuries()
    {
        var instant = new Instant(1_795_287_637_042);
        Assert.Equal(1_795_287_637_043, (instant + TimeSpan.FromMilliseconds(1)).UnixMilliseconds);
        Assert.Equal(instant, instant + TimeSpan.FromDays(36_500) - TimeSpan.FromDays(36_500));
        Assert.Equal(TimeSpan.FromMilliseconds(1_795_287_637_042), instant - default(Instant));
        Assert.Equal(instant, Instant.From(instant.ToDateTimeOffset()));
    }

    [Fact]
    public void Instants_are_ordered()
    {
        var (early, late) = (new Instant(1), new Instant(2));
        Assert.True(early < late && late > early && early <= late && late >= early && early.CompareTo(late) < 0);
        Assert.False(late < early || early > late || late <= early || early >= late);
        Assert.Equal(new Instant(1), early);
    }
}
