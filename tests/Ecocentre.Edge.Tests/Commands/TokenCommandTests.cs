using System.Text.Json;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Tests.Commands;

[Collection(VerbsInTurn.Name)]
public sealed class TokenCommandTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly string _site;

    public TokenCommandTests() => _site = _scratch.Write("site.json", """
        { "centre": "lyon-1", "zone": "Europe/Paris",
          "buses": [ { "name": "line", "serial": { "path": "/dev/ttyUSB0", "baud": 9600 }, "devices": [ { "name": "main", "model": "eastron-sdm630", "unit": 1, "period": "5s" } ] } ],
          "log": { "path": "log.db" }, "http": { "listen": "127.0.0.1:0" } }
        """);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task Token_is_printed_once_and_only_its_hash_is_kept_for_the_owner_alone()
    {
        var added = await Verb.RunAsync("token", "add", "--site", _site, "--role", "booking", "booking system");
        Assert.True(added.ExitCode == 0, added.Errors);
        var token = added.Output.Trim();
        Assert.Matches("^ecoedge_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$", token);
        var file = _scratch.File("log.db.tokens.json");
        Assert.DoesNotContain(token[17..], File.ReadAllText(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var kept = Assert.Single(TokenFile.Read(file));
        Assert.Equal((Roles.Booking, "booking system", TokenEntry.Hash(token)), (kept.Role, kept.Name, kept.Sha256));
        Assert.Equal(token[8..16], kept.Id);
    }

    [Fact]
    public async Task List_shows_who_bears_what_and_what_is_good_no_more()
    {
        await Verb.RunAsync("token", "add", "--site", _site, "--role", "viewer", "dashboard");
        await Verb.RunAsync("token", "add", "--site", _site, "--role", "auditor", "--days", "30", "auditor");
        var id = TokenFile.Read(_scratch.File("log.db.tokens.json"))[0].Id;
        Assert.Equal(0, (await Verb.RunAsync("token", "revoke", "--site", _site, id)).ExitCode);
        Assert.Equal(0, (await Verb.RunAsync("token", "revoke", "--site", _site, id)).ExitCode);
        var listed = await Verb.RunAsync("token", "list", "--site", _site);
        Assert.Matches($"{id} +dashboard +viewer +revoked", listed.Output);
        Assert.Matches("auditor +auditor +good .* never", listed.Output);
        using var json = JsonDocument.Parse((await Verb.RunAsync("token", "list", "--json", "--site", _site)).Output);
        Assert.Equal(["revoked", "good"], json.RootElement.EnumerateArray().Select(t => t.GetProperty("state").GetString()!));
    }

    [Fact]
    public async Task Mistakes_are_named()
    {
        Assert.Equal(2, (await Verb.RunAsync("token", "add", "--site", _site, "--role", "owner", "x")).ExitCode);
        (await Verb.RunAsync("token", "add", "--site", _site, "--role", "viewer", "--days", "0", "x")).CannotRun("--days");
        (await Verb.RunAsync("token", "revoke", "--site", _site, "abc")).CannotRun("abc", "token list");
        var file = _scratch.Write("log.db.tokens.json", "{ \"tokens\": [] }");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        (await Verb.RunAsync("token", "list", "--site", _site)).CannotRun("chmod 600");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(file, """{ "tokens": [ { "id": "a", "name": "n", "role": "king", "sha256": "zz", "created": "yesterday" } ] }""");
        (await Verb.RunAsync("token", "list", "--site", _site)).CannotRun("$.tokens[0].role", "$.tokens[0].sha256", "$.tokens[0].created");
    }
}
