using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.Signing;

/// <summary>The key beside the log: made once, kept from others, handed over, and its loss told.</summary>
public sealed class KeyRingTests : IDisposable
{
    private const string Origin = "ecocentre-edge/ivry";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly Instant At = new(1_795_132_800_000);
    private static readonly Checkpoint Head = new(Origin, 1, TreeHash.Empty);

    private readonly Scratch _scratch = new();
    private readonly List<RecordFact> _records = [];

    public void Dispose() => _scratch.Dispose();

    private string KeyFile => _scratch.File("log.db.key");

    [Fact]
    public void Key_is_made_once_and_only_its_owner_may_open_it()
    {
        using var first = Open();
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(KeyFile));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", File.ReadAllText(KeyFile));
        Assert.Equal(first.Chain.Current, KeyRecord.From(Assert.Single(_records))!.Key);
        using var again = Open();
        Assert.Empty(again.Begun);
        Assert.Equal(first.Chain.Current, again.Chain.Current);
        Assert.Equal(again.Chain.Current, Assert.Single(again.Sign(Head).Verify(first.Chain.Keys)));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Key_that_others_may_open_signs_nothing_until_that_is_mended(UnixFileMode more)
    {
        Open().Dispose();
        File.SetUnixFileMode(KeyFile, OwnerOnly | more);
        using var ring = Open();
        Assert.Contains("chmod 600", ring.Trouble);
        Assert.Equal(IncidentKind.SigningRefused, Assert.IsType<IncidentFact>(Assert.Single(ring.Begun)).Incident.Kind);
        Assert.Throws<SigningRefusedException>(() => ring.Sign(Head));
        Assert.Throws<SigningRefusedException>(() => ring.PrepareRotation());
        File.SetUnixFileMode(KeyFile, OwnerOnly);
        Assert.Single(ring.Sign(Head).Verify(ring.Chain.Keys));
        Assert.Null(ring.Trouble);
    }

    [Fact]
    public void Lost_key_is_told_loudly_and_the_new_one_says_whom_it_replaces()
    {
        using var first = Open();
        File.Delete(KeyFile);
        using var second = Open();
        var incident = Assert.Single(second.Begun.OfType<IncidentFact>()).Incident;
        Assert.Equal(IncidentKind.KeyLost, incident.Kind);
        Assert.Contains(first.Chain.Current!.Fingerprint.ToString(), incident.Text);
        Assert.Equal([KeySuccession.First, KeySuccession.Unproven], second.Chain.Links.Select(l => l.Succession));
        Assert.True(KeyRecord.From(_records[1])!.IsLost);
        Assert.Equal(second.Chain.Links, KeyChain.Of(_records).Links);
        Assert.NotEqual(first.Chain.Current, second.Chain.Current);
    }

    [Fact]
    public void File_that_is_no_key_is_not_replaced()
    {
        Open().Dispose();
        File.WriteAllText(KeyFile, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        using var ring = Open();
        Assert.Contains("cannot be used as a key", ring.Trouble);
        Assert.Contains("AAAA", File.ReadAllText(KeyFile));
    }

    [Fact]
    public async Task Rotated_key_is_signed_by_the_one_before_as_openssl_says()
    {
        using var ring = Open();
        var old = ring.Chain.Current!;
        var record = ring.PrepareRotation();
        Assert.Equal(old, Assert.Single(ring.Sign(Head).Verify(ring.Chain.Keys)));
        _records.Add(record.ToFact(At));
        ring.CompleteRotation(record, At);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(KeyFile));
        Assert.False(File.Exists(KeyFile + ".next"));
        Assert.Equal(record.Key, Assert.Single(ring.Sign(Head).Verify(ring.Chain.Keys)));
        Assert.Equal(ring.Chain.Links, KeyChain.Of(_records).Links);
        Assert.Equal(KeySuccession.Signed, ring.Chain.Links[1].Succession);
        var (key, signature, text) = (_scratch.Write("old.pem", old.Pem), _scratch.File("s"), _scratch.Write("new.pem", record.Key.Pem));
        File.WriteAllBytes(signature, record.Signature!);
        Assert.Contains("Verified OK", await PeerProcess.RunAsync("openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rotation_that_a_power_cut_ended_is_finished_or_forgotten(bool isRecorded)
    {
        using var ring = Open();
        var old = ring.Chain.Current!;
        var record = ring.PrepareRotation();
        if (isRecorded) _records.Add(record.ToFact(At));
        using var started = Open();
        Assert.Empty(started.Begun);
        Assert.False(File.Exists(KeyFile + ".next"));
        Assert.Equal(isRecorded ? record.Key : old, started.Chain.Current);
        Assert.Equal(started.Chain.Current, Assert.Single(started.Sign(Head).Verify(started.Chain.Keys)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_looks_on_from_another_process_changes_nothing_and_sees_the_key_of_the_log(bool isRecorded)
    {
        using var ring = Open();
        var record = ring.PrepareRotation();
        if (isRecorded) _records.Add(record.ToFact(At));
        var files = Directory.GetFiles(_scratch.Folder).ToDictionary(file => file, File.ReadAllText);
        using var other = KeyRing.Open(_scratch.File("log.db"), Origin, _records, At, mayMake: false);
        Assert.Equal(files, Directory.GetFiles(_scratch.Folder).ToDictionary(file => file, File.ReadAllText));
        Assert.Equal(other.Chain.Current, Assert.Single(other.Sign(Head).Verify(other.Chain.Keys)));
        // The log knows it: from here on another rotation must not lose it.
        if (!isRecorded) return;
        var third = other.PrepareRotation();
        using var started = Open();
        Assert.Equal(record.Key, started.Chain.Current);
        Assert.True(third.IsSignedBy(record.Key));
    }

    [Fact]
    public void Key_under_another_origin_follows_itself()
    {
        Open().Dispose();
        using var ring = KeyRing.Open(_scratch.File("log.db"), "example.org/ivry", _records, At);
        Assert.Equal([KeySuccession.First, KeySuccession.Signed], ring.Chain.Links.Select(l => l.Succession));
        Assert.Empty(ring.Begun.OfType<IncidentFact>());
    }

    [Fact]
    public void Who_only_asks_makes_nothing()
    {
        using var ring = KeyRing.Open(_scratch.File("log.db"), Origin, [], At, mayMake: false);
        Assert.Null(ring.Chain.Current);
        Assert.False(File.Exists(KeyFile));
        Assert.Throws<SigningRefusedException>(() => ring.PrepareRotation());
    }

    private KeyRing Open()
    {
        var ring = KeyRing.Open(_scratch.File("log.db"), Origin, _records, At);
        _records.AddRange(ring.Begun.OfType<RecordFact>());
        return ring;
    }
}
