using System.Text.Json;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class DevicesResourceTests
{
    [Fact]
    public async Task Dead_ones_come_first_with_since_when_and_what_it_costs()
    {
        await using var centre = await ShownCentre.StartAsync();
        var lastGood = centre.Now() - TimeSpan.FromHours(2);
        centre.Buses.Add(new BusCondition("rs485", 0.12346, [
            new DeviceCondition("main", true, centre.Now(), 100, 900, 3, "once", 12.54, 0.2),
            new DeviceCondition("air-1", false, lastGood, 50, 0, 50, "Does not answer.", 0, 0)]));
        centre.Buses.Add(new BusCondition("gpio", 0, [new DeviceCondition("pir-d01", false, null, 0, 0, 0, null, 0, 0)]));
        centre.Troubles.Add(new Trouble("mqtt", "The broker is away.", false));
        var (viewer, auditor) = (centre.Client(centre.Token(Roles.Viewer)), centre.Client(centre.Token(Roles.Auditor)));
        var page = await ShownCentre.JsonAsync(viewer, "/api/v1/devices");
        Assert.Equal(2, page.GetProperty("dead").GetInt32());
        Assert.Equal(["air-1", "pir-d01", "main"], page.GetProperty("devices").EnumerateArray().Select(d => d.GetProperty("name").GetString()!));
        var (air, pir, main) = (page.GetProperty("devices")[0], page.GetProperty("devices")[1], page.GetProperty("devices")[2]);
        Assert.Equal((lastGood.ToString(), "Does not answer."), (air.GetProperty("deadSince").GetString(), air.GetProperty("why").GetString()));
        Assert.Equal("air-1.co2", air.GetProperty("costs").GetProperty("points")[0].GetString());
        Assert.Equal(centre.View.Since.ToString(), pir.GetProperty("deadSince").GetString());
        Assert.Equal((1, "d01"), (pir.GetProperty("costs").GetProperty("desksUnknown").GetInt32(), pir.GetProperty("costs").GetProperty("desks")[0].GetString()));
        Assert.Equal(0, pir.GetProperty("costs").GetProperty("points").GetArrayLength());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (main.GetProperty("deadSince").ValueKind, main.GetProperty("why").ValueKind));
        Assert.Equal(0.1235, page.GetProperty("buses")[0].GetProperty("useShare").GetDouble());
        Assert.Equal("The broker is away.", page.GetProperty("troubles")[0].GetProperty("text").GetString());
        var other = (await ShownCentre.JsonAsync(auditor, "/api/v1/devices")).GetProperty("devices")[1].GetProperty("costs");
        Assert.Equal((1, JsonValueKind.Null), (other.GetProperty("desksUnknown").GetInt32(), other.GetProperty("desks").ValueKind));
    }
}
