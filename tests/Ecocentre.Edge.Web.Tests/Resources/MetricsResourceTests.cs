using System.Globalization;
using System.Text.RegularExpressions;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class MetricsResourceTests
{
    /// <summary>OpenMetrics 1.0, the grammar as far as we use it: families together, each with its type first, counters ending in _total, one EOF.</summary>
    [Fact]
    public async Task Text_obeys_the_format()
    {
        await using var centre = await ShownCentre.StartAsync();
        centre.Buses.Add(new BusCondition("rs485", 0.41, [
            new DeviceCondition("main", true, centre.Now(), 100, 900, 3, "late \"reply\"", 12.5, 0.2),
            new DeviceCondition("pv\"\n\\", false, null, 50, 0, 50, null, 0, 0)]));
        using var answer = await centre.Client().GetAsync("/metrics");
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal(["# EOF", ""], lines[^2..]);
        var (family, type, seen) = ("", "", new HashSet<string>());
        foreach (var line in lines[..^2])
        {
            if (Regex.Match(line, "^# TYPE ([a-z_]+) (gauge|counter)$") is { Success: true } begun)
            {
                (family, type) = (begun.Groups[1].Value, begun.Groups[2].Value);
                Assert.True(seen.Add(family), $"{family} stands in two places");
                continue;
            }
            if (Regex.Match(line, "^# (UNIT|HELP) ([a-z_]+) (.+)$") is { Success: true } about)
            {
                Assert.Equal(family, about.Groups[2].Value);
                if (about.Groups[1].Value == "UNIT") Assert.EndsWith("_" + about.Groups[3].Value, family);
                continue;
            }
            var figure = Regex.Match(line, """^([a-z_]+?)(_total)?(\{[a-z]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z]+="(?:[^"\\\n]|\\[\\"n])*")*\})? (\S+)$""");
            Assert.True(figure.Success, line);
            Assert.Equal((family, type == "counter"), (figure.Groups[1].Value, figure.Groups[2].Success));
            Assert.True(double.TryParse(figure.Groups[4].Value, CultureInfo.InvariantCulture, out _), line);
        }
        Assert.Contains("ecocentre_device_alive{bus=\"rs485\",device=\"main\"} 1", lines);
        Assert.Contains("ecocentre_device_alive{bus=\"rs485\",device=\"pv\\\"\\n\\\\\"} 0", lines);
        Assert.Contains("ecocentre_device_latency_seconds{bus=\"rs485\",device=\"main\"} 0.0125", lines);
        Assert.Contains("ecocentre_space_desks{space=\"open-space\"} 7", lines);
        Assert.DoesNotContain(lines, line => line.Contains("booth"));
        Assert.Contains("ecocentre_log_head 42", lines);
    }

    [Fact]
    public void What_is_not_known_is_left_out()
    {
        var figures = new Figures();
        figures.Gauge("a", "A.", double.NaN);
        figures.Gauge("b", "B.", double.PositiveInfinity);
        Assert.Equal("# TYPE b gauge\n# HELP b B.\nb +Inf\n# EOF\n", figures.ToString());
    }
}
