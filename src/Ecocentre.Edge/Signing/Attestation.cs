using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Signing;

/// <summary>After a day was sealed: signs the head of the tree, keeps the note beside the day, and gives what the log is to say of it; and answers who asks
/// for the head or for proofs under it.</summary>
/// <remarks>Signing belongs to one thread at a time; the rest is for any.</remarks>
internal sealed class Attestation(EvidenceLog log, EvidenceArchive archive, Signer signer, OutsideCopies outside)
{
    private readonly Lock _gate = new();
    private readonly MerkleTree _tree = new(archive.Leaves);
    /// <summary>The signed head, or null while there is none.</summary>
    internal SignedNote? Head => signer.Last;

    /// <summary>Signs the head of the tree, which ends with that day.</summary>
    /// <returns>What is to be recorded; nothing where that was done before.</returns>
    /// <exception cref="SigningRefusedException">There is no key, or the tree is not the one that was signed before.</exception>
    /// <exception cref="IOException">The note cannot be stored; it is not told to anybody.</exception>
    internal IReadOnlyList<LogFact> Sign(SealedDay day, Instant now)
    {
        SignedNote note;
        lock (_gate) note = signer.Sign(_tree);
        Keep(note, day);
        var records = log.Records();
        outside.Look(records, now);
        var isRecorded = records.Select(entry => CheckpointRecord.From((RecordFact)entry.Fact)).OfType<CheckpointRecord>().LastOrDefault()?.Note == note;
        return isRecorded ? [] : [(CheckpointRecord.Of(note) with { Outside = outside.Known }).ToFact(now)];
    }

    /// <summary>The leaf of an index with its proof under the signed head.</summary>
    /// <returns>Null when the head does not cover it.</returns>
    /// <exception cref="IOException">The archive cannot be read.</exception>
    /// <exception cref="InvalidDataException">A day's file is not what was written.</exception>
    internal LeafProof? Prove(long index)
    {
        if (Head is not { } head || Checkpoint.Parse(head.Text) is not { } checkpoint || index < 0 || index >= checkpoint.Size) return null;
        lock (_gate) return new LeafProof(index, archive.Leaf(index), _tree.Inclusion(index, checkpoint.Size), head);
    }

    /// <summary>The leaf with an entry of the log: an incident or a record is one itself, a window is in the block of its point and day.</summary>
    /// <returns>Null when the sequence is not sealed under the signed head, or is a window's.</returns>
    /// <inheritdoc cref="Prove"/>
    internal LeafProof? ProveEntry(long sequence)
    {
        if (archive.Days.FirstOrDefault(day => day.First <= sequence && sequence <= day.Last) is not { } day) return null;
        using var reader = archive.Read(day);
        var words = $"{{\"leaf\":\"entry\",\"sequence\":{sequence},";
        foreach (var (number, line) in reader.Leaves().Index())
            if (line.StartsWith(words, StringComparison.Ordinal)) return Prove(day.FirstLeaf + number);
        return null;
    }

    private void Keep(SignedNote note, SealedDay day)
    {
        var path = archive.PathOf(day.Day, "checkpoint");
        var text = note.ToString();
        if (!File.Exists(path) || File.ReadAllText(path) != text) OwnedFile.Write(path, Encoding.UTF8.GetBytes(text));
    }
}
