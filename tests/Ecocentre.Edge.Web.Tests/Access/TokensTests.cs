using Ecocentre.Edge.Time;
using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Access;

public sealed class TokensTests : IAsyncLifetime
{
    private ShownCentre _centre = null!;

    public async ValueTask InitializeAsync() => _centre = await ShownCentre.StartAsync();

    public ValueTask DisposeAsync() => _centre.DisposeAsync();

    [Fact]
    public async Task Revoking_ends_the_streams_of_the_token()
    {
        var token = _centre.Token(Roles.Booking);
        using var stream = await _centre.Client(token).GetStreamAsync("/api/v1/desks/stream");
        using var reader = new StreamReader(stream);
        Assert.Equal("retry: 2000", await reader.ReadLineAsync());
        TokenFile.Change(_centre.TokensFile, all => [.. all.Select(t => t with { Revoked = _centre.Now() })]);
        _centre.Time.Skip(TimeSpan.FromSeconds(2));
        _centre.Server.Show();
        await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Token_made_a_moment_ago_is_good_at_once()
    {
        Assert.True((await _centre.Client(_centre.Token(Roles.Admin)).GetAsync("/api/v1/centre")).IsSuccessStatusCode);
        var token = "";
        TokenFile.Change(_centre.TokensFile, all => all.Add(TokenEntry.Make("reception", Roles.Viewer, _centre.Now(), null, out token)));
        Assert.True((await _centre.Client(token).GetAsync("/api/v1/centre")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task File_that_others_may_touch_or_nobody_can_read_lets_nobody_in_and_says_so()
    {
        var client = _centre.Client(_centre.Token(Roles.Admin));
        Assert.True((await client.GetAsync("/api/v1/centre")).IsSuccessStatusCode);
        File.SetUnixFileMode(_centre.TokensFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        File.SetLastWriteTimeUtc(_centre.TokensFile, new DateTime(2020, 1, 1));
        _centre.Time.Skip(TimeSpan.FromSeconds(2));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/centre")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await _centre.Client().GetAsync("/api/v1/centre")).StatusCode);
        File.SetUnixFileMode(_centre.TokensFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _centre.Time.Skip(TimeSpan.FromSeconds(2));
        Assert.True((await client.GetAsync("/api/v1/centre")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Last_use_is_kept_over_a_restart()
    {
        var token = _centre.Token(Roles.Viewer);
        await _centre.Client(token).GetAsync("/api/v1/centre");
        await _centre.Server.DisposeAsync();
        var use = Assert.Single(TokenFile.ReadUses(_centre.TokensFile));
        Assert.Equal(token[8..16], use.Key);
        Assert.True(_centre.Now() - use.Value < TimeSpan.FromMinutes(1));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenFile.UsesOf(_centre.TokensFile)));
        File.WriteAllText(TokenFile.UsesOf(_centre.TokensFile), "torn {");
        Assert.Empty(TokenFile.ReadUses(_centre.TokensFile));
    }

    [Fact]
    public void File_comes_back_as_it_was_written()
    {
        var entries = new[]
        {
            TokenEntry.Make("\"quoted\" name", Roles.Viewer, new Instant(1_700_000_000_000), null, out _),
            TokenEntry.Make("b", Roles.Admin, new Instant(1_700_000_000_000), new Instant(1_800_000_000_000), out _) with { Revoked = new Instant(1_750_000_000_000) },
        };
        TokenFile.Change(_centre.TokensFile, _ => [.. entries]);
        Assert.Equal(entries, TokenFile.Read(_centre.TokensFile));
    }
}
