using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Signing;

namespace Ecocentre.Edge.Tests.Signing;

/// <summary>Time stamps of an authority made with openssl, as they lie in packs.</summary>
public sealed class StampLookTests : IAsyncLifetime
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("ecocentre-edge/ivry\n3\nx\n");

    private readonly Scratch _scratch = new();
    private TimestampServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TimestampServer.StartAsync(_scratch);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _scratch.Dispose();
    }

    [Fact]
    public async Task A_stamp_is_looked_at_as_far_as_somebody_says_whom_to_trust()
    {
        using var authority = new TimestampAuthority(_server.Address, _server.Authority, TimeProvider.System);
        var stamp = await authority.StampAsync(Content, TestContext.Current.CancellationToken);
        var trusted = new StampLook(_server.Authority).Look(Content, stamp.Answer);
        Assert.True(trusted is { IsWrong: false, Remark: null }, trusted.Text);
        Assert.Contains($"{stamp.At}", trusted.Text);
        var open = new StampLook(null).Look(Content, stamp.Answer);
        Assert.False(open.IsWrong, open.Text);
        Assert.Contains("--timestamp-ca", open.Remark);

        Wrong("not the checkpoint's hash", [1], stamp.Answer);
        Wrong("no time stamp", Content, [1, 2, 3]);
        var changed = (byte[])stamp.Answer.Clone();
        changed[^1] ^= 1;
        Assert.True(new StampLook(_server.Authority).Look(Content, changed).IsWrong);
        Assert.True(new StampLook(null).Look(Content, changed).IsWrong);
        Wrong("not trusted", Content, stamp.Answer, Stranger());
    }

    [Fact]
    public void A_file_without_a_certificate_is_refused() =>
        Assert.Throws<CryptographicException>(() => new StampLook(_scratch.Write("none.pem", "nothing")));

    private void Wrong(string words, byte[] content, byte[] answer, string? authority = null)
    {
        var found = new StampLook(authority ?? _server.Authority).Look(content, answer);
        Assert.True(found.IsWrong, found.Text);
        Assert.Contains(words, found.Text);
    }

    /// <summary>A root that signed nothing here.</summary>
    private string Stranger()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=Stranger", key, HashAlgorithmName.SHA256);
        using var root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return _scratch.Write("stranger.pem", root.ExportCertificatePem());
    }
}
