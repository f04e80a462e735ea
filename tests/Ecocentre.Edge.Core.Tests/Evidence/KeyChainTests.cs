using System.Security.Cryptography;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Evidence;

/// <summary>Which keys signed, and how each took over, from the records of the log alone.</summary>
public sealed class KeyChainTests : IDisposable
{
    private const string Origin = "ecocentre-edge/ivry";

    private static readonly Instant At = new(1_795_132_800_000);

    private readonly ECDsa _first = ECDsa.Create(ECCurve.NamedCurves.nistP256), _second = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private NoteKey First => new(Origin, _first.ExportSubjectPublicKeyInfo());

    private NoteKey Second => new(Origin, _second.ExportSubjectPublicKeyInfo());

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Record_comes_back_as_it_was()
    {
        var record = KeyRecord.Rotation(Second, First, _first);
        var fact = record.ToFact(At);
        var back = KeyRecord.From(fact)!;
        Assert.Equal((record.Key, record.Replaces), (back.Key, back.Replaces));
        Assert.Equal(record.Signature, back.Signature);
        Assert.Equal(fact, back.ToFact(At));
        Assert.Equal((RecordKind.Key, "gateway"), (fact.Kind, fact.Subject));
        Assert.Null(KeyRecord.From(fact with { Kind = RecordKind.Swap }));
        Assert.Null(KeyRecord.From(fact with { Json = fact.Json.Replace(Second.Fingerprint.ToString(), First.Fingerprint.ToString()) }));
        Assert.Contains("\"lost\":true", new KeyRecord(Second) { Replaces = First.Fingerprint }.ToFact(At).Json);
    }

    [Fact]
    public void Rotated_key_follows_the_one_that_signed_it()
    {
        var chain = Chain(new KeyRecord(First), KeyRecord.Rotation(Second, First, _first));
        Assert.Equal([KeySuccession.First, KeySuccession.Signed], chain.Links.Select(l => l.Succession));
        Assert.Equal(Second, chain.Current);
    }

    [Fact]
    public void Key_that_was_not_signed_by_the_one_before_is_told()
    {
        Assert.Equal(KeySuccession.Unproven, Chain(new KeyRecord(First), new KeyRecord(Second) { Replaces = First.Fingerprint }).Links[1].Succession);
        // Signed by itself.
        Assert.Equal(KeySuccession.Unproven, Chain(new KeyRecord(First), KeyRecord.Rotation(Second, First, _second)).Links[1].Succession);
        Assert.Null(Chain().Current);
    }

    [Fact]
    public void Same_key_told_twice_is_one() => Assert.Single(Chain(new KeyRecord(First), new KeyRecord(First)).Links);

    private static KeyChain Chain(params KeyRecord[] records) => KeyChain.Of(records.Select(r => r.ToFact(At)));
}
