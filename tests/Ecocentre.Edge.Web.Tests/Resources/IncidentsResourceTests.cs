using System.Net;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using NSubstitute;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class IncidentsResourceTests
{
    [Fact]
    public async Task Newest_come_first_with_their_published_words_and_the_way_on()
    {
        await using var centre = await ShownCentre.StartAsync();
        var client = centre.Client();
        centre.Log.Incidents(long.MaxValue, 100).Returns(new IncidentRun(
            [
                new LogEntry(41, new IncidentFact(new Incident(new Instant(1_700_000_000_000), IncidentKind.DeviceLost, "main", "main does not answer."))),
                new LogEntry(7, new IncidentFact(new Incident(new Instant(1_600_000_000_000), IncidentKind.OutOfBounds, "air-1.co2", "Too high.", 99_999))),
            ], 7));
        using var answer = await client.GetAsync("/api/v1/incidents");
        Assert.Equal("</api/v1/incidents?before=7&limit=100>; rel=\"next\"", answer.Headers.GetValues("Link").Single());
        var page = await ShownCentre.JsonAsync(client, "/api/v1/incidents");
        Assert.Equal(7, page.GetProperty("next").GetInt64());
        Assert.Equal(["device-lost", "out-of-bounds"], page.GetProperty("incidents").EnumerateArray().Select(i => i.GetProperty("kind").GetString()!));
        Assert.Equal(99_999, page.GetProperty("incidents")[1].GetProperty("value").GetDouble());
        await client.GetAsync("/api/v1/incidents?before=7&limit=5");
        centre.Log.Received().Incidents(7, 5);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/incidents?limit=1001")).StatusCode);
    }

    [Fact]
    public async Task Log_that_cannot_be_read_is_500_without_a_word_of_why()
    {
        await using var centre = await ShownCentre.StartAsync();
        centre.Log.Incidents(default, default).ReturnsForAnyArgs(_ => throw new IOException("/secret/path is broken"));
        using var answer = await centre.Client().GetAsync("/api/v1/incidents");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("secret", text);
        Assert.DoesNotContain("   at ", text);
    }
}
