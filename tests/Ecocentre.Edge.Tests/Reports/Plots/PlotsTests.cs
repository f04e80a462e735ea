using System.Globalization;
using System.Xml.Linq;
using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Plots;
using Ecocentre.Edge.Reports.Words;
using Ecocentre.Edge.Tests.Reports.Figures;

namespace Ecocentre.Edge.Tests.Reports.Plots;

/// <summary>The shapes of each plot, read back from its XML: what is drawn where, and that nothing is drawn of nothing.</summary>
public sealed class PlotsTests
{
    private static readonly Tongue Tongue = new(Language.English, CentreTruth.Zone);

    private static readonly DateOnly Day = new(2026, 6, 1);

    private static readonly double[] Bounds = [10, 20];

    [Fact]
    public void A_carpet_covers_each_hour_once_with_its_shade_and_hatches_gaps()
    {
        // Two days: hours of the first are their number, those of the second are missing after noon.
        var grid = HourGridTests.Grid(Day, 36, h => h % 24);
        var svg = Read(HourCarpet.Draw(grid, Bounds, "t", "ppm", Tongue));
        var field = svg.Descendants().Single(e => e.Name.LocalName == "g");
        // Shades lie on each other: all 36 hours are at least of the first, those from 10 on of the second, those from 20 on of the third.
        Assert.Equal([36.0, 14 + 2, 4], field.Elements().Select(path => Area(path)));
        Assert.Equal(["a0", "a1", "a2"], field.Elements().Select(path => path.Attribute("class")!.Value));
        var gap = svg.Descendants().Single(e => e.Name.LocalName == "path" && e.Attribute("class")?.Value == "gap");
        // 12 hours of 5 pixels in a day of at most 30.
        Assert.Equal(12 * 5 * DayAxis.DayWidthMax, Area(gap), 6);
        Assert.Contains("2 days by hour: lowest 0", Text(svg, "desc"));
        Assert.Equal(["1 Jun"], Texts(svg).Where(t => t.EndsWith("Jun")).Take(1));
        Assert.Contains("gap", Texts(svg));
    }

    [Fact]
    public void The_hour_that_spring_leaves_out_is_neither_shade_nor_gap()
    {
        var svg = Read(HourCarpet.Draw(HourGridTests.Grid(new DateOnly(2026, 3, 29), 23, _ => 5), Bounds, "t", "ppm", Tongue));
        Assert.Equal([23.0], svg.Descendants().Single(e => e.Name.LocalName == "g").Elements().Select(path => Area(path)));
        Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName == "path" && e.Attribute("class")?.Value == "gap");
    }

    [Fact]
    public void A_year_of_hours_stays_small()
    {
        var random = new Random(7);
        var grid = HourGridTests.Grid(new DateOnly(2026, 1, 1), 365 * 24, _ => 30 * random.NextDouble());
        // The worst there is: every hour of another shade.
        Assert.InRange(HourCarpet.Draw(grid, Bounds, "t", "ppm", Tongue).Xml.Length, 20_000, 250_000);
    }

    [Fact]
    public void A_calendar_hatches_days_of_which_nothing_is_known_and_darkens_the_rest()
    {
        var grid = new DayGrid(Day, 4, [new DayRow("co2", 3, [1, 0.92, 0.3, 0]), new DayRow("power", 1, [1, 1, 1, 1 - 1e-12])]);
        var svg = Read(CoverageCalendar.Draw(grid, "t", Tongue));
        var field = svg.Descendants().Single(e => e.Name.LocalName == "g");
        Assert.Equal([("m0", 7.0), ("m1", 2), ("m2", 1), ("m3", 1), ("m4", 1)], field.Elements().Select(p => (p.Attribute("class")!.Value, Area(p))));
        Assert.Contains("co2 (3)", Texts(svg));
        Assert.Contains("55.5\u202F%", Texts(svg));
        Assert.Contains(">\u202F99.9\u202F%", Texts(svg));
    }

    [Fact]
    public void A_signature_tells_working_days_from_others_and_holds_its_extremes()
    {
        SignatureDay[] days = [new(Day, -5.5, 120, true), new(Day.AddDays(1), 21, 30, true), new(Day.AddDays(2), 10, 12, false)];
        var svg = Read(EnergySignature.Draw(days, null, "t", Tongue));
        var points = svg.Descendants().Where(e => e.Name.LocalName == "circle" && Number(e, "cy") > 20).ToArray();
        Assert.Equal((2, 1), (points.Count(p => p.Attribute("class")!.Value == "p"), points.Count(p => p.Attribute("class")!.Value == "o")));
        Assert.All(points, p => Assert.True(Number(p, "cx") is >= Drawing.Left and <= Drawing.FullWidth - Drawing.Right
            && Number(p, "cy") is >= 24 and <= 256, $"{p}"));
        // More energy is higher, warmer is further right.
        var (cold, warm) = (points.MinBy(p => Number(p, "cx"))!, points.MaxBy(p => Number(p, "cx"))!);
        Assert.True(Number(cold, "cy") < Number(warm, "cy"));
        Assert.Contains("−10", Texts(svg));
        Assert.Contains("3 days: 12\u202FkWh to 120\u202FkWh a day, at −5.5\u202F°C to 21\u202F°C outdoors.", Text(svg, "desc"));
    }

    [Fact]
    public void A_profile_draws_a_median_within_its_band_for_each_kind_of_day()
    {
        // Ten working days that climb from 1 to 10 kW, and one other day.
        var load = Enumerable.Range(0, 11).SelectMany(d => Enumerable.Range(0, 96).Select(q => new QuarterLoad(Day.AddDays(d), q, d == 10 ? 0.5 : d + 1)))
            .ToArray();
        var svg = Read(LoadProfile.Draw(load, date => date < Day.AddDays(10), "t", Tongue));
        Assert.Equal((2, 2), (svg.Descendants().Count(e => e.Attribute("class")?.Value == "n"), svg.Descendants().Count(e =>
            e.Attribute("class")?.Value == "l")));
        Assert.Contains("working days (10)", Texts(svg));
        Assert.Contains("other days (1)", Texts(svg));
        Assert.Contains("Median load of working days 5.5\u202FkW to 5.5\u202FkW, of other days 0.5\u202FkW to 0.5\u202FkW.", Text(svg, "desc"));
    }

    [Fact]
    public void A_profile_with_a_hole_in_the_day_is_two_curves()
    {
        var load = Enumerable.Range(0, 96).Where(q => q is < 40 or > 50).Select(q => new QuarterLoad(Day, q, 1)).ToArray();
        var svg = Read(LoadProfile.Draw(load, _ => true, "t", Tongue));
        Assert.Equal(2, svg.Descendants().Count(e => e.Attribute("class")?.Value == "l"));
    }

    [Fact]
    public void A_duration_falls_from_the_highest_to_the_lowest()
    {
        var load = Enumerable.Range(0, 5000).Select(i => new QuarterLoad(Day, i % 96, (i * 37 % 5000) / 100.0)).ToArray();
        var svg = Read(LoadDuration.Draw(load, "t", Tongue));
        var path = svg.Descendants().Single(e => e.Attribute("class")?.Value == "l").Attribute("d")!.Value;
        double[][] points = [.. path.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray())];
        Assert.InRange(points.Length, 100, 400);
        for (var i = 1; i < points.Length; i++) Assert.True(points[i][0] > points[i - 1][0] && points[i][1] >= points[i - 1][1]);
        Assert.Contains("Highest 50\u202FkW, half of the time at least 25\u202FkW, lowest 0\u202FkW.", Text(svg, "desc"));
    }

    [Fact]
    public void A_week_of_desks_writes_its_shares_and_leaves_out_what_is_not_known()
    {
        var share = new double[7, 24];
        for (var weekday = 0; weekday < 7; weekday++)
            for (var hour = 0; hour < 24; hour++) share[weekday, hour] = weekday == 6 ? double.NaN : weekday == 1 && hour == 10 ? 0.75 : 0;
        var svg = Read(DeskUseWeek.Draw(new DeskUse("open", 12, share, 0.31, 1), "t", Tongue));
        var written = svg.Descendants().Where(e => e.Attribute("class")?.Value is "s" or "s v").ToArray();
        Assert.Equal((6 * 24, 1), (written.Length, written.Count(t => t.Value == "75")));
        Assert.Single(svg.Descendants(), e => e.Name.LocalName == "path" && e.Attribute("class")?.Value == "gap");
    }

    [Fact]
    public void Nothing_known_is_said_and_one_value_is_drawn()
    {
        var nothing = new[]
        {
            HourCarpet.Draw(HourGridTests.Grid(Day, 24, _ => double.NaN), Bounds, "t", "ppm", Tongue), EnergySignature.Draw([], null, "t", Tongue),
            LoadProfile.Draw([], _ => true, "t", Tongue), LoadDuration.Draw([], "t", Tongue), CoverageCalendar.Draw(new DayGrid(Day, 0, []), "t", Tongue),
        };
        Assert.All(nothing, plot => Assert.Contains("nothing known", Texts(Read(plot))));
        var one = new[]
        {
            HourCarpet.Draw(HourGridTests.Grid(Day, 1), Bounds, "t", "ppm", Tongue), EnergySignature.Draw([new SignatureDay(Day, 4, 4, true)], null, "t",
                Tongue),
            LoadProfile.Draw([new QuarterLoad(Day, 4, 4)], _ => true, "t", Tongue), LoadDuration.Draw([new QuarterLoad(Day, 4, 0)], "t", Tongue),
        };
        Assert.All(one, plot => Assert.DoesNotContain("NaN", Read(plot).ToString()));
    }

    [Theory]
    [InlineData(0, 0.37, 0, 0.4)]
    [InlineData(-3.2, 27, -5, 30)]
    [InlineData(412, 413, 412, 413)]
    [InlineData(7, 7, 6, 8)]
    public void Scales_end_with_round_numbers(double low, double high, double min, double max)
    {
        var scale = Scale.Of([low, high], 0, 100, withZero: false);
        Assert.Equal((min, max), (Math.Round(scale.Min, 9), Math.Round(scale.Max, 9)));
        Assert.InRange(scale.Ticks().Count(), 4, 11);
        Assert.Equal((scale.Min, scale.Max), (Math.Round(scale.Ticks().First(), 9), Math.Round(scale.Ticks().Last(), 9)));
    }

    private static XElement Read(Fragment plot)
    {
        Assert.DoesNotContain("NaN", plot.Xml);
        Assert.DoesNotContain("∞", plot.Xml);
        return XElement.Parse(plot.Xml);
    }

    /// <summary>Area of the rectangles of a path of the form <c>Mx yhWvHh-Wz</c>.</summary>
    private static double Area(XElement path)
    {
        var area = 0.0;
        foreach (var rectangle in path.Attribute("d")!.Value.Split('M', StringSplitOptions.RemoveEmptyEntries))
        {
            var numbers = rectangle.Split([' ', 'h', 'v', 'z'], StringSplitOptions.RemoveEmptyEntries)
                .Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            area += numbers[2] * numbers[3];
        }
        return area;
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private static string Text(XElement svg, string name) => svg.Elements().Single(e => e.Name.LocalName == name).Value;

    private static string[] Texts(XElement svg) => [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
}
