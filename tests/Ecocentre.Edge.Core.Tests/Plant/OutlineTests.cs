using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Core.Tests.Plant;

public sealed class OutlineTests
{
    // An L: 4 × 4 m without its upper right quarter.
    private static readonly Outline Angle = Of((0, 0), (2, 0), (2, 2), (4, 2), (4, 4), (0, 4));

    [Fact]
    public void Area_is_the_same_in_both_directions_around()
    {
        Assert.Equal(12, Angle.AreaSquareMetres);
        Assert.Equal(12, new Outline([.. Angle.Corners.Reverse()]).AreaSquareMetres);
        Assert.Equal(0, Of((0, 0), (1, 1), (2, 2)).AreaSquareMetres);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(3, 3, true)]
    [InlineData(1.999, 3.999, true)]
    [InlineData(3, 1, false)]
    [InlineData(-1, 2, false)]
    [InlineData(5, 2, false)]
    [InlineData(1, 4.001, false)]
    public void Inside_is_told_from_outside(double x, double y, bool isInside) => Assert.Equal(isInside, Angle.Contains(new FloorPoint(x, y)));

    [Fact]
    public void Walls_that_meet_but_at_their_corners_are_found()
    {
        Assert.False(Angle.CrossesItself);
        Assert.False(Of((0, 0), (4, 0), (2, 3)).CrossesItself);
        Assert.True(Of((0, 0), (4, 4), (4, 0), (0, 4)).CrossesItself);
        Assert.True(Of((0, 0), (4, 0), (4, 4), (2, 0), (0, 4)).CrossesItself);
    }

    private static Outline Of(params (double X, double Y)[] corners) => new([.. corners.Select(c => new FloorPoint(c.X, c.Y))]);
}
