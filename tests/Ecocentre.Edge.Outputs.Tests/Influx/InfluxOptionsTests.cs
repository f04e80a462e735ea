using Ecocentre.Edge.Outputs.Influx;

namespace Ecocentre.Edge.Outputs.Tests.Influx;

public class InfluxOptionsTests
{
    private static readonly InfluxOptions Good = new() { Url = new Uri("http://127.0.0.1:8086"), Database = "ecocentre" };

    [Fact]
    public void Good_options_have_no_mistakes()
    {
        Assert.Empty(Good.Check("site.json", "$.influx"));
        Assert.Empty((Good with { Flavour = InfluxFlavour.VictoriaMetrics, Database = "" }).Check("site.json", "$.influx"));
        Assert.Empty((Good with { Flavour = InfluxFlavour.Influx2, Organisation = "o", Token = "t", Url = new("https://h/influx/") }).Check("f", "$"));
    }

    [Fact]
    public void All_mistakes_are_listed_with_their_places()
    {
        var bad = new InfluxOptions
        {
            Url = new Uri("http://me:pw@host/?q=1"), Flavour = InfluxFlavour.Influx2, User = "u", CreateDatabase = true, RetentionPolicy = "r",
            Timeout = TimeSpan.Zero, LinesMax = 0,
        };
        var mistakes = bad.Check("site.json", "$.influx");
        Assert.Equal(
            ["url", "url", "database", "organisation", "user", "password", "retentionPolicy", "createDatabase", "timeout", "lines"],
            mistakes.Select(mistake => mistake.Path["$.influx.".Length..]));
        Assert.All(mistakes, mistake => Assert.Equal("site.json", mistake.File));
        Assert.DoesNotContain(mistakes, mistake => mistake.ToString().Contains("pw@"));
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("ftp://host")]
    public void Address_that_is_none_is_a_mistake(string url) =>
        Assert.Equal("$.url", Assert.Single((Good with { Url = new Uri(url, UriKind.RelativeOrAbsolute) }).Check("f", "$")).Path);
}
