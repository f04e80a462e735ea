using System.Net;
using System.Text.Json;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class PacksResourceTests
{
    private const string Export = "/api/v1/evidence/export?from=2026-01-01&to=2026-01-31", Exports = "/api/v1/evidence/exports?from=2026-01-01&to=2026-01-31";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_pack_comes_as_it_is_made_and_under_its_name()
    {
        await using var centre = await ShownCentre.StartAsync();
        var asked = (default(DateOnly), default(DateOnly));
        centre.Pack = (from, to) =>
        {
            asked = (from, to);
            return new PackWork(null, (output, _, _) =>
            {
                for (var i = 0; i < 3_000; i++) output.Write(new byte[1_000]);
            });
        };
        var answer = await centre.Client(centre.Token(Roles.Auditor)).GetAsync(Export);
        Assert.Equal(3_000_000, (await answer.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("lyon-1-2026-01-01-2026-01-31.zip", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        Assert.Equal((new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 31)), asked);
    }

    [Fact]
    public async Task While_one_is_made_others_are_told_to_wait()
    {
        await using var centre = await ShownCentre.StartAsync();
        using var gate = new ManualResetEventSlim();
        centre.Pack = (_, _) => new PackWork(null, (output, _, _) =>
        {
            output.WriteByte(1);
            output.Flush();
            gate.Wait(Patience, CancellationToken.None);
        });
        var client = centre.Client(centre.Token(Roles.Auditor));
        var first = await client.GetAsync(Export, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var second = await client.GetAsync(Export);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
        Assert.Contains("Another pack", await second.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.PostAsync(Exports, null)).StatusCode);
        gate.Set();
        Assert.Single(await first.Content.ReadAsByteArrayAsync());
        await UntilAsync(async () => (await client.GetAsync(Export)).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_page_begins_a_pack_watches_it_and_takes_it()
    {
        await using var centre = await ShownCentre.StartAsync();
        using var gate = new ManualResetEventSlim();
        centre.Pack = (_, _) => new PackWork(null, (output, progress, _) =>
        {
            progress(0.5);
            output.Write("PK"u8);
            gate.Wait(Patience, CancellationToken.None);
        });
        var client = centre.Client(centre.Token(Roles.Auditor));
        var begun = await client.PostAsync(Exports, null);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        var place = begun.Headers.Location!.ToString();
        await UntilAsync(async () => (await ShownCentre.JsonAsync(client, place)).GetProperty("progress").GetDouble() == 0.5);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(place + "/file")).StatusCode);
        gate.Set();
        JsonElement done = default;
        await UntilAsync(async () => (done = await ShownCentre.JsonAsync(client, place)).GetProperty("state").GetString() == "done");
        Assert.Equal(2, done.GetProperty("bytes").GetInt64());
        Assert.Equal("PK", await client.GetStringAsync(done.GetProperty("file").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/v1/evidence/exports/77")).StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_exported_is_said()
    {
        await using var centre = await ShownCentre.StartAsync();
        var client = centre.Client(centre.Token(Roles.Auditor));
        var refused = await client.GetAsync(Export);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("Nothing is sealed yet", await refused.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/evidence/export?from=2026-02-01&to=2026-01-31")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync("/api/v1/evidence/export")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await centre.Client(centre.Token(Roles.Viewer)).GetAsync(Export)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await centre.Client(centre.Token(Roles.Booking)).PostAsync(Exports, null)).StatusCode);
        centre.Pack = (_, _) => throw new IOException("the disk is gone");
        var place = "";
        await UntilAsync(async () =>
        {
            var begun = await client.PostAsync(Exports, null);
            place = begun.Headers.Location?.ToString() ?? "";
            return begun.StatusCode == HttpStatusCode.Accepted;
        });
        await UntilAsync(async () => (await ShownCentre.JsonAsync(client, place)).GetProperty("state").GetString() == "failed");
        Assert.Contains("the disk is gone", (await ShownCentre.JsonAsync(client, place)).GetProperty("text").GetString());
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; !await holds(); tries++)
        {
            Assert.True(tries < 200, "It did not come true.");
            await Task.Delay(50);
        }
    }
}
