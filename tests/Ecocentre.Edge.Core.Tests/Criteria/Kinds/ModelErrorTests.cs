using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

/// <summary>By hand: measured 10, 20, 30, 40 (mean 25), predicted 12, 18, 33, 37: errors −2, 2, −3, 3; squares 26, sum 0. With one parameter n − p is
/// 3: √(26/3) / 25 = 0.117757.</summary>
public sealed class ModelErrorTests
{
    [Fact]
    public void Spread_is_relative_to_the_mean() => Assert.Equal(0.117757, ModelError.CvRmse([10, 20, 30, 40], [12, 18, 33, 37], 1), 6);

    [Fact]
    public void Bias_has_a_sign()
    {
        Assert.Equal(0, ModelError.Nmbe([10, 20, 30, 40], [12, 18, 33, 37], 1), 9);
        // 4 too little in all: 4 / 3 / 25.
        Assert.Equal(4.0 / 75, ModelError.Nmbe([10, 20, 30, 40], [9, 19, 29, 39], 1), 9);
    }

    [Fact]
    public void As_many_parameters_as_values_say_nothing() => Assert.Equal(double.NaN, ModelError.CvRmse([1, 2], [1, 2], 2));
}
