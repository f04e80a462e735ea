using System.Net;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class CheckpointResourceTests
{
    private const string Path = "/api/v1/evidence/checkpoint";

    [Fact]
    public async Task Head_can_be_checked_with_what_is_served_alone()
    {
        await using var centre = await ShownCentre.StartAsync();
        var now = await ShownCentre.JsonAsync(centre.Client(), Path);
        var key = now.GetProperty("keys")[0];
        var note = SignedNote.Parse(now.GetProperty("note").GetString()!);
        Assert.Single(note.Verify([NoteKey.Parse(key.GetProperty("vkey").GetString()!)]));
        Assert.Single(note.Verify([NoteKey.FromPem(key.GetProperty("name").GetString()!, key.GetProperty("publicKey").GetString()!)]));
        var checkpoint = Checkpoint.Parse(note.Text);
        Assert.Equal((checkpoint.Origin, checkpoint.Size, checkpoint.Root.ToBase64()),
            (now.GetProperty("origin").GetString(), now.GetProperty("size").GetInt64(), now.GetProperty("root").GetString()));
        Assert.Equal(("first", "mqtt", 9L), (key.GetProperty("succession").GetString(), now.GetProperty("outside")[0].GetProperty("by").GetString(),
            now.GetProperty("outside")[0].GetProperty("size").GetInt64()));
    }

    [Fact]
    public async Task Bare_note_is_served_to_who_asks_for_it()
    {
        await using var centre = await ShownCentre.StartAsync();
        var client = centre.Client();
        Assert.Equal(centre.Evidence.Head!.ToString(), await client.GetStringAsync(Path + "?format=note"));
        client.DefaultRequestHeaders.Accept.ParseAdd("text/plain");
        Assert.Equal(centre.Evidence.Head.ToString(), await client.GetStringAsync(Path));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync(Path + "?format=xml")).StatusCode);
    }

    [Fact]
    public async Task Before_the_first_day_is_over_there_is_none()
    {
        await using var centre = await ShownCentre.StartAsync();
        centre.Evidence.Head = null;
        Assert.Equal(HttpStatusCode.NotFound, (await centre.Client().GetAsync(Path)).StatusCode);
    }
}
