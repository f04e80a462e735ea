using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Web.Resources;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class PointsByNameTests
{
    private static readonly Quantity Power = Quantity.TryGet("power.active", out var found) ? found : throw new InvalidOperationException("no quantity");

    [Theory]
    [InlineData]
    [InlineData("a")]
    [InlineData("b.x", "a.x", "a-b.x", "a.x.1", "B.x")]
    public void Each_name_finds_its_point_and_no_other_name_finds_one(params string[] names)
    {
        var points = new PointsByName(names.Select((name, index) => new Point
        {
            Id = new PointId((ushort)index), Name = name, Device = name, Quantity = Power, Period = TimeSpan.FromSeconds(1),
        }));
        foreach (var (index, name) in names.Index()) Assert.Equal(new PointId((ushort)index), points[name]!.Id);
        foreach (var other in new[] { "", "A", "a.", "a.x.", "b", "z" }) Assert.Null(points[other]);
    }
}
