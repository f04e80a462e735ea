using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Signing;

/// <summary>Has the head of the archive's tree signed after a day was sealed, and keeps the note beside the day. One thread: the one that seals.</summary>
internal sealed class HeadSigning(EvidenceArchive archive, Signer signer, GatewayClock clock)
{
    // Remembers its inner nodes, so that a day costs its own leaves.
    private readonly MerkleTree _tree = new(archive.Leaves);

    /// <returns>The record of the checkpoint; nothing when that head was signed already and its note lies beside the day.</returns>
    /// <exception cref="SigningRefusedException">There is no key, or the tree is not the one that was signed before.</exception>
    /// <exception cref="IOException">The note cannot be stored.</exception>
    internal IReadOnlyList<LogFact> Sign(SealedDay day)
    {
        var path = archive.PathOf(day.Day, "checkpoint");
        if (signer.LastCheckpoint?.Size == _tree.Size && File.Exists(path)) return [];
        var note = signer.Sign(_tree);
        OwnedFile.Write(path, Encoding.UTF8.GetBytes(note.ToString()));
        return [CheckpointRecord.Of(note).ToFact(clock.Now)];
    }
}
