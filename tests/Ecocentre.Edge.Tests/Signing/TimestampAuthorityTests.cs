using System.Text;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Signing;

namespace Ecocentre.Edge.Tests.Signing;

/// <summary>Time stamps of an authority made with openssl: what is believed, and what is not.</summary>
public sealed class TimestampAuthorityTests : IAsyncLifetime
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("ecocentre-edge/ivry\n3\nx\n");

    private readonly Scratch _scratch = new();
    private TimestampServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TimestampServer.StartAsync(_scratch);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Stamp_is_taken_and_openssl_says_the_same()
    {
        using var authority = Authority();
        var stamp = await authority.StampAsync(Content, Cancellation);
        Assert.InRange(stamp.At.ToDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        File.WriteAllBytes(_scratch.File("content"), Content);
        File.WriteAllBytes(_scratch.File("answer"), stamp.Answer);
        Assert.Contains("Verification: OK", await _server.VerifyAsync(_scratch.File("content"), _scratch.File("answer")));
        Assert.Equal(stamp.At, authority.Read(Content, stamp.Answer)!.At);
        Assert.Null(authority.Read([1], stamp.Answer));
        Assert.Null(authority.Read(Content, [1]));
    }

    [Fact]
    public async Task Answer_that_proves_nothing_is_refused()
    {
        using var authority = Authority();
        var earlier = (await authority.StampAsync(Content, Cancellation)).Answer;
        // An answer to another question, a changed one, one that is none, no answer.
        _server.Answering = _ => earlier;
        await RefusedAsync(authority, "no time stamp for this");
        _server.Answering = answer => [.. answer[..^1], (byte)(answer[^1] ^ 1)];
        await RefusedAsync(authority, "");
        _server.Answering = _ => [1, 2, 3];
        await RefusedAsync(authority, "no time stamp for this");
        _server.Answering = _ => null;
        await RefusedAsync(authority, "503");
        _server.Answering = _ => new byte[100_000];
        await RefusedAsync(authority, "");
        await _server.DisposeAsync();
        await RefusedAsync(authority, "cannot be reached");
    }

    [Fact]
    public async Task Authority_that_nobody_trusts_is_refused()
    {
        using var authority = new TimestampAuthority(_server.Address, null, TimeProvider.System);
        await RefusedAsync(authority, "timestampCa");
    }

    private TimestampAuthority Authority() => new(_server.Address, _server.Authority, TimeProvider.System);

    private static async Task RefusedAsync(TimestampAuthority authority, string words)
    {
        var refused = await Assert.ThrowsAsync<TimestampRefusedException>(() => authority.StampAsync(Content, Cancellation));
        Assert.Contains(words, refused.Message);
    }
}
