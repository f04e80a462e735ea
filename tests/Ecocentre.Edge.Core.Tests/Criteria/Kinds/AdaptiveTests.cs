using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class AdaptiveTests
{
    /// <summary>T_c = 0.33 T_rm + 18.8 at the ends and the middle of its validity.</summary>
    [Theory]
    [InlineData(10, 22.1)]
    [InlineData(20, 25.4)]
    [InlineData(30, 28.7)]
    public void Comfort_follows_the_running_mean(double mean, double comfort) => Assert.Equal(comfort, Adaptive.Comfort(mean, 0.33, 18.8), 9);

    [Fact]
    public void A_steady_climate_is_its_own_running_mean() => Assert.Equal(17, Adaptive.RunningMean(_ => 17, 0.8, 14), 9);

    /// <summary>Yesterday 20, the day before 10: (20 + 0.8 × 10) / 1.8.</summary>
    [Fact]
    public void Nearer_days_weigh_more() => Assert.Equal(28 / 1.8, Adaptive.RunningMean(back => back == 1 ? 20 : 10, 0.8, 2), 9);

    [Fact]
    public void Unknown_days_are_left_out_until_too_many_are()
    {
        Assert.Equal(12, Adaptive.RunningMean(back => back % 2 == 0 ? double.NaN : 12, 0.8, 14), 9);
        Assert.Equal(double.NaN, Adaptive.RunningMean(back => back > 6 ? double.NaN : 12, 0.8, 14));
    }
}
