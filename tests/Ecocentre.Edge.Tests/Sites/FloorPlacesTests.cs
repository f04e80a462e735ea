using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Tests.Sites;

public sealed class FloorPlacesTests : IDisposable
{
    private readonly SiteBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Walls_and_desks_come_out_in_metres()
    {
        var site = _bench.Good(Site("[[0, 0], [8, 0], [8, 5.5], [0, 5.5]]", """, "at": [2.5, 4]"""));
        Assert.Equal(44, site.Spaces[0].Outline!.AreaSquareMetres);
        Assert.Equal(new FloorPoint(2.5, 4), site.Occupancy.Desks[0].At);
        Assert.Equal(site.Spaces[0].Outline, site.Occupancy.Spaces[0].Outline);
    }

    [Fact]
    public void Neither_is_needed()
    {
        var site = _bench.Good(Site(null, ""));
        Assert.Null(site.Spaces[0].Outline);
        Assert.Null(site.Occupancy.Desks[0].At);
    }

    [Theory]
    [InlineData("[[0, 0], [8, 0]]", "", "$.spaces[0].outline", "has 2 items")]
    [InlineData("[[0, 0], [8, 0], [8]]", "", "$.spaces[0].outline[2]", "has 1 numbers")]
    [InlineData("[[0, 0], [8, 0], [8, 8000]]", "", "$.spaces[0].outline[2][1]", "-1000 to 1000")]
    [InlineData("[[0, 0], [8, 0], \"far\"]", "", "$.spaces[0].outline[2]", "a list")]
    [InlineData("[[0, 0], [8, 8], [8, 0], [0, 8]]", "", "$.spaces[0].outline", "cross each other")]
    [InlineData("[[0, 0], [4, 4], [8, 8]]", "", "$.spaces[0].outline", "encloses nothing")]
    [InlineData("[[0, 0], [8, 0], [8, 5], [0, 5]]", """, "at": [9, 4]""", "$.desks[0].at", "lies outside of \"hall\"")]
    [InlineData("[[0, 0], [8, 0], [8, 5], [0, 5]]", """, "at": [1, 2, 3]""", "$.desks[0].at", "has 3 numbers")]
    [InlineData(null, """, "at": [1, 2]""", "$.desks[0].at", "has no outline")]
    public void Mistakes_name_the_place_and_a_remedy(string? outline, string at, string place, string problem)
    {
        var mistake = Assert.Single(_bench.Mistakes(Site(outline, at)));
        Assert.Contains(place, mistake);
        Assert.Contains(problem, mistake);
    }

    private static string Site(string? outline, string at) =>
        $$"""
        "spaces": [ { "id": "hall"{{(outline is null ? "" : $", \"outline\": {outline}")}} } ], "buses": [], "desks": [ { "id": "d1", "space": "hall"{{at}} } ]
        """;
}
