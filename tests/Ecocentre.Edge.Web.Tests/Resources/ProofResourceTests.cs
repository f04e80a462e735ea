using System.Net;
using System.Text.Json;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class ProofResourceTests
{
    private const string Path = "/api/v1/evidence/proof";

    [Theory]
    [InlineData("?leaf=2")]
    [InlineData("?sequence=7")]
    public async Task Leaf_comes_with_what_proves_it(string query)
    {
        await using var centre = await ShownCentre.StartAsync();
        var client = centre.Client(centre.Token(Roles.Auditor));
        var json = await ShownCentre.JsonAsync(client, Path + query);
        var note = SignedNote.Parse(json.GetProperty("note").GetString()!);
        Assert.Single(note.Verify([centre.Evidence.Key]));
        var checkpoint = Checkpoint.Parse(note.Text);
        Assert.Equal((checkpoint.Size, checkpoint.Root), (json.GetProperty("size").GetInt64(), Hash(json.GetProperty("root"))));
        var line = json.GetProperty("line").GetString()!;
        Assert.Equal((ShownEvidence.Line(2), TreeHash.Leaf(line)), (line, Hash(json.GetProperty("hash"))));
        Assert.True(TreeProof.IsIncluded(
            Hash(json.GetProperty("hash")), 2, checkpoint.Size, checkpoint.Root, [.. json.GetProperty("path").EnumerateArray().Select(Hash)]));
        var proof = LeafProof.Parse(await client.GetStringAsync(Path + query + "&format=proof"));
        Assert.True(proof.IsSound());
        Assert.Equal((2L, line), (proof.Index, proof.Line));
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("?leaf=1&sequence=7", HttpStatusCode.BadRequest)]
    [InlineData("?leaf=-1", HttpStatusCode.BadRequest)]
    [InlineData("?leaf=x", HttpStatusCode.BadRequest)]
    [InlineData("?leaf=1&format=xml", HttpStatusCode.BadRequest)]
    [InlineData("?leaf=10", HttpStatusCode.NotFound)]
    [InlineData("?sequence=8", HttpStatusCode.NotFound)]
    public async Task Nonsense_and_what_is_not_proven_are_told_apart(string query, HttpStatusCode status)
    {
        await using var centre = await ShownCentre.StartAsync();
        Assert.Equal(status, (await centre.Client(centre.Token(Roles.Auditor)).GetAsync(Path + query)).StatusCode);
    }

    [Fact]
    public async Task Proofs_are_for_auditors()
    {
        await using var centre = await ShownCentre.StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await centre.Client(centre.Token(Roles.Viewer)).GetAsync(Path + "?leaf=1")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await centre.Client(centre.Token(Roles.Admin)).GetAsync(Path + "?leaf=1")).StatusCode);
    }

    private static TreeHash Hash(JsonElement text) => TreeHash.TryParseBase64(text.GetString(), out var hash) ? hash : throw new FormatException();
}
