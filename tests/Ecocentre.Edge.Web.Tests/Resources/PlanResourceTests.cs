namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class PlanResourceTests
{
    [Fact]
    public async Task Walls_and_desks_are_told_by_storey_and_what_nobody_drew_is_not_there()
    {
        await using var centre = await ShownCentre.StartAsync();
        var plan = await ShownCentre.JsonAsync(centre.Client(), "/api/v1/plan");
        Assert.Equal(
            """{"storeys":[{"name":"1","spaces":[{"id":"booth","outline":[[0,0],[2,0],[2,1.5]]}],"desks":[{"id":"d01","space":"booth","at":[1.5,0.5]}]}]}""",
            plan.GetRawText());
    }
}
