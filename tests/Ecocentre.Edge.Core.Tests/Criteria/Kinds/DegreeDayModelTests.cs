using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class DegreeDayModelTests
{
    private static readonly BalanceGrid Grid = new(10, 20, 18, 26, 1);

    private static (double, double)[] Year(Func<double, double> energy) =>
        [.. Enumerable.Range(0, 365).Select(d => 12 - 10 * Math.Cos(2 * Math.PI * d / 365) + d % 5 - 2).Select(t => (energy(t), t))];

    [Fact]
    public void A_line_of_heating_and_cooling_is_found_again()
    {
        var model = DegreeDayModel.Fit(Year(t => 40 + 3 * Math.Max(0, 15 - t) + 5 * Math.Max(0, t - 20)), Grid)!;
        Assert.Equal((15, 20, 3), (model.HeatingBalance, model.CoolingBalance, model.Parameters));
        Assert.Equal(40, model.Intercept, 6);
        Assert.Equal(3, model.HeatingSlope, 6);
        Assert.Equal(5, model.CoolingSlope, 6);
        Assert.Equal(40 + 3 * 10, model.Predict(5), 6);
    }

    [Fact]
    public void What_does_not_show_is_not_in_it()
    {
        var heating = DegreeDayModel.Fit(Year(t => 40 + 3 * Math.Max(0, 16 - t)), Grid)!;
        Assert.Equal((16, 0, 2), (heating.HeatingBalance, heating.CoolingSlope, heating.Parameters));
        var flat = DegreeDayModel.Fit(Year(_ => 40), Grid)!;
        Assert.Equal((40, 0, 0, 1), (Math.Round(flat.Intercept, 9), flat.HeatingSlope, flat.CoolingSlope, flat.Parameters));
        // Less energy when it is colder is no heating.
        Assert.Equal(0, DegreeDayModel.Fit(Year(t => 40 - Math.Max(0, 15 - t)), Grid)!.HeatingSlope);
    }

    [Fact]
    public void A_few_days_are_no_model() => Assert.Null(DegreeDayModel.Fit([(1, 1), (2, 2)], Grid));
}
