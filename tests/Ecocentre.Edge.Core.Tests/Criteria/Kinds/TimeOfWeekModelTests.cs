using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class TimeOfWeekModelTests
{
    /// <summary>One hour of the week at 0, 10 and 20 °C with 2, 4 and 9 kWh. By hand: mean 10 °C and 5 kWh, Sxx = 200, Sxy = 70, slope 0.35; residuals 0.5,
    /// -1, 0.5; squares 1.5 over 3 - 2 hours, root 1.2247, over 5 kWh: 24.49 %.</summary>
    [Fact]
    public void A_line_through_three_hours_as_computed_by_hand()
    {
        WeekHour[] hours = [new(9, true, 2, 0), new(9, true, 4, 10), new(9, true, 9, 20)];
        var model = TimeOfWeekModel.Fit(hours, 1)!;
        Assert.Equal((2, 0.35, 0), (model.Parameters, Math.Round(model.Slopes[0], 12), model.Slopes[1]));
        double[] predicted = [.. hours.Select(h => model.Predict(h))];
        Assert.Equal([1.5, 5, 8.5], predicted.Select(p => Math.Round(p, 9)));
        Assert.Equal(0.24495, ModelError.CvRmse([2, 4, 9], predicted, model.Parameters), 5);
        Assert.Equal(0, ModelError.Nmbe([2, 4, 9], predicted, model.Parameters), 12);
    }

    /// <summary>Two levels, 1 and 5 kWh at 0 °C, and two pieces that meet at 10 °C with 0.2 and 0.5 kWh/K; closed, another level and 0.1 kWh/K.</summary>
    [Fact]
    public void Levels_pieces_and_the_slope_while_closed_are_found_as_they_were_put_in()
    {
        static double Open(double t) => 0.2 * Math.Min(t, 10) + 0.5 * Math.Max(0, t - 10);
        var hours = new List<WeekHour>();
        foreach (var t in new double[] { 0, 3, 10, 14, 20 })
        {
            hours.Add(new WeekHour(9, true, 1 + Open(t), t));
            hours.Add(new WeekHour(10, true, 5 + Open(t), t));
            hours.Add(new WeekHour(10, false, 3 + 0.1 * t, t));
        }
        var model = TimeOfWeekModel.Fit([.. hours], 2)!;
        Assert.Equal([0.2, 0.5, 0.1], model.Slopes.Select(s => Math.Round(s, 9)));
        // Three levels and three slopes.
        Assert.Equal(6, model.Parameters);
        Assert.All(hours, hour => Assert.Equal(hour.Energy, model.Predict(hour), 9));
        Assert.Equal(1 + 0.2 * 5, model.Predict(new WeekHour(9, true, 0, 5)), 9);
    }

    [Fact]
    public void What_hours_say_nothing_about_is_no_parameter()
    {
        // Always 12 °C: a level each, and no slope at all.
        WeekHour[] still = [new(1, false, 2, 12), new(1, false, 4, 12), new(2, true, 6, 12), new(2, true, 6, 12)];
        var model = TimeOfWeekModel.Fit(still, 6)!;
        Assert.Equal((2, 3.0, 6.0), (model.Parameters, model.Predict(still[0]), model.Predict(still[2])));
        // As many parameters as hours: nothing is left to judge by.
        Assert.Null(TimeOfWeekModel.Fit([new WeekHour(1, true, 2, 0), new WeekHour(2, true, 4, 5)], 1));
        Assert.Null(TimeOfWeekModel.Fit([], 6));
    }

    /// <summary>Seeded hours, against what least squares on all columns at once, as the publication writes them, would leave.</summary>
    [Fact]
    public void Slopes_are_those_of_all_parameters_fitted_together()
    {
        const int seed = 20110912;
        var random = new Random(seed);
        WeekHour[] hours =
        [
            .. Enumerable.Range(0, 600).Select(i => new WeekHour(i % 6, i % 6 is 2 or 3 && i % 24 != 3, 5 * random.NextDouble(), 30 * random.NextDouble() - 5)),
        ];
        var model = TimeOfWeekModel.Fit(hours, 3)!;
        // The residuals of a least-squares fit are orthogonal to every column: levels, pieces, slope while closed.
        var (low, high) = (hours.Min(h => h.Outdoor), hours.Max(h => h.Outdoor));
        var width = (high - low) / 3;
        var columns = new List<Func<WeekHour, double>> { h => h.IsOpen ? 0 : h.Outdoor };
        for (var piece = 0; piece < 3; piece++)
        {
            var at = low + piece * width;
            columns.Add(h => h.IsOpen ? Math.Clamp(h.Outdoor - at, 0, width) : 0);
        }
        foreach (var (week, open) in hours.Select(h => (h.OfWeek, h.IsOpen)).Distinct()) columns.Add(h => h.OfWeek == week && h.IsOpen == open ? 1 : 0);
        Assert.Equal(columns.Count, model.Parameters);
        foreach (var (index, column) in columns.Index())
            Assert.True(Math.Abs(hours.Sum(h => column(h) * (h.Energy - model.Predict(h)))) < 1e-7, $"seed {seed}, column {index}");
    }
}
