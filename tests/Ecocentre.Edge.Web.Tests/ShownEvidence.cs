using System.Security.Cryptography;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Web.Tests;

/// <summary>Ten leaves under a head signed with a key of its own; the third leaf is the entry 7 of the log.</summary>
internal sealed class ShownEvidence
{
    internal const string Origin = "ecocentre-edge/lyon-1";

    private readonly List<TreeHash> _leaves = [.. Enumerable.Range(0, 10).Select(n => TreeHash.Leaf(Line(n)))];

    internal ShownEvidence(Instant at)
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Key = new NoteKey(Origin, secret.ExportSubjectPublicKeyInfo());
        var tree = new MerkleTree(_leaves);
        var note = SignedNote.Sign(new Checkpoint(Origin, tree.Size, tree.Root()).ToText(), Key, secret);
        Head = note;
        View = new EvidenceView(
            () => Head, () => new KeyChain([new KeyLink(Key, at, KeySuccession.First)]), () => [new OutsideCopy("mqtt", 9, at)],
            index => index is >= 0 and < 10 ? new LeafProof(index, Line(index), new MerkleTree(_leaves).Inclusion(index, 10), note) : null,
            sequence => sequence == 7 ? View!.Leaf(2) : null);
    }

    internal NoteKey Key { get; }

    internal SignedNote? Head { get; set; }

    internal EvidenceView View { get; }

    internal static string Line(long index) => $"{{\"leaf\":\"é{index}\"}}";
}
