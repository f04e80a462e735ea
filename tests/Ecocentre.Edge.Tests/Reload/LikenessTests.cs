using System.Collections.Immutable;
using Ecocentre.Edge.Reload;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Tests.Sites;

namespace Ecocentre.Edge.Tests.Reload;

public sealed class LikenessTests : IDisposable
{
    private readonly SiteBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Same_file_read_twice_says_the_same_and_every_member_counts()
    {
        var (one, other) = (Load(), Load());
        Assert.True(Likeness.Of(one.Buses, other.Buses));
        Assert.True(Likeness.Of(one.Occupancy, other.Occupancy));
        Assert.True(Likeness.Of(one.Mqtt, other.Mqtt));
        Assert.True(new SiteChange(one, other).IsNone);
        Assert.False(Likeness.Of(one.Mqtt, other.Mqtt! with { InFlightMax = 3 }));
        Assert.False(Likeness.Of(one.Buses[0], other.Buses[0] with { Devices = [] }));
        Assert.False(Likeness.Of(one.Buses[0], other.Buses[^1]));
    }

    [Fact]
    public void Collections_are_compared_by_what_is_in_them()
    {
        Assert.True(Likeness.Of(ImmutableArray.Create("a", "b"), ImmutableArray.Create("a", "b")));
        Assert.False(Likeness.Of(ImmutableArray.Create("a", "b"), ImmutableArray.Create("b", "a")));
        Assert.True(Likeness.Of(default(ImmutableArray<string>), default(ImmutableArray<string>)));
        Assert.False(Likeness.Of(default(ImmutableArray<string>), ImmutableArray<string>.Empty));
        Assert.True(Likeness.Of(new Dictionary<string, int[]> { ["a"] = [1] }, new Dictionary<string, int[]> { ["a"] = [1] }));
        Assert.False(Likeness.Of(new Dictionary<string, int[]> { ["a"] = [1] }, new Dictionary<string, int[]> { ["a"] = [2] }));
        Assert.True(Likeness.Of(double.NaN, double.NaN));
        Assert.False(Likeness.Of(null, ""));
    }

    private Site Load() => _bench.Good(
        """
        "spaces": [ { "id": "hall", "area": 40 } ], "mqtt": { "broker": "mqtt://127.0.0.1" },
        "buses": [
          { "name": "tcp", "tcp": { "host": "127.0.0.1" }, "devices": [ { "name": "main", "model": "eastron-sdm630", "unit": 1 } ] },
          { "name": "gpio", "gpio": { "path": "/dev/gpiochip0" }, "devices": [ { "name": "pir", "contact": { "line": 4 } } ] } ],
        "desks": [ { "id": "d1", "space": "hall", "sensors": ["pir"] } ]
        """);
}
