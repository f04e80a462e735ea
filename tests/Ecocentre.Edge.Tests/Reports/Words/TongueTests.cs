using Ecocentre.Edge.Reports.Words;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Reports.Words;

public sealed class TongueTests
{
    private static readonly Tongue English = new(Language.English, CentreTruth.Zone), French = new(Language.French, CentreTruth.Zone);

    [Theory]
    [InlineData(1234567.4, "1\u202F234\u202F567", "1\u202F234\u202F567")]
    [InlineData(422.73, "423", "423")]
    [InlineData(22.06, "22.1", "22,1")]
    [InlineData(0.0512, "0.051", "0,051")]
    [InlineData(-3.5, "−3.5", "−3,5")]
    [InlineData(0, "0", "0")]
    [InlineData(double.NaN, "–", "–")]
    public void Numbers_are_written_as_readers_do(double value, string english, string french) =>
        Assert.Equal((english, french), (English.Number(value), French.Number(value)));

    [Theory]
    [InlineData(1.0, "100\u202F%")]
    [InlineData(0.99999, ">\u202F99.9\u202F%")]
    [InlineData(0.942, "94.2\u202F%")]
    [InlineData(0.0001, "<\u202F0.1\u202F%")]
    [InlineData(0.0, "0\u202F%")]
    public void Only_the_whole_is_called_whole(double share, string text) => Assert.Equal(text, English.Coverage(share));

    [Fact]
    public void Instants_are_local_on_both_sides_of_a_clock_change()
    {
        var change = new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero);
        Assert.Equal("29\u00A0Mar\u00A02026 01:59:59", English.Moment(Instant.From(change.AddSeconds(-1))));
        Assert.Equal("29\u00A0mars\u00A02026 03:00:00", French.Moment(Instant.From(change)));
    }

    [Fact]
    public void Days_are_said_as_in_the_language()
    {
        Assert.Equal(("1\u00A0October\u00A02026", "1er\u00A0octobre\u00A02026"), (English.Date(new DateOnly(2026, 10, 1)),
            French.Date(new DateOnly(2026, 10, 1))));
        Assert.Equal(("1\u00A0October", "1er\u00A0octobre"), (English.DayOfYear(10, 1), French.DayOfYear(10, 1)));
        Assert.Equal(("Sun", "dim."), (English.Weekday(6), French.Weekday(6)));
        Assert.Equal(("5\u202Fdays", "5\u202Fjours"), (English.Amount(5, "days"), French.Amount(5, "days")));
    }
}
