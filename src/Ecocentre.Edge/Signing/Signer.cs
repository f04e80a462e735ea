using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Signing;

/// <summary>Signs the head of the evidence tree, and refuses one that does not continue what was signed before. Any thread.</summary>
/// <remarks>Remembers the last note in <c>LOG.checkpoint</c>, stored before it is handed out: what left the gateway is never forgotten by it.</remarks>
internal sealed class Signer
{
    private readonly Lock _gate = new();
    private readonly KeyRing _keys;
    private readonly string _path, _origin;
    private SignedNote? _last;

    /// <param name="records">The log's records, in sequence: they remember the last note when its file is lost.</param>
    internal Signer(KeyRing keys, string logPath, string origin, IEnumerable<RecordFact> records)
    {
        (_keys, _path, _origin) = (keys, PathOf(logPath), origin);
        _last = Remembered(records);
    }

    /// <summary>The last note that was signed, or null.</summary>
    internal SignedNote? Last
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    /// <summary>What the last note says, or null.</summary>
    internal Checkpoint? LastCheckpoint => Last is { } last ? Checkpoint.Parse(last.Text) : null;

    internal static string PathOf(string logPath) => logPath + ".checkpoint";

    /// <summary>Signs the head of a tree.</summary>
    /// <exception cref="SigningRefusedException">It does not continue what was signed before, or there is no key.</exception>
    /// <exception cref="IOException">The note cannot be stored; nothing was signed as far as anybody knows.</exception>
    internal SignedNote Sign(MerkleTree tree)
    {
        var last = LastCheckpoint;
        if (last is not null && tree.Size < last.Size) throw Shorter(tree.Size, last);
        return Sign(tree.Size, tree.Root(), last is null ? [] : tree.Consistency(last.Size, tree.Size));
    }

    /// <inheritdoc cref="Sign(MerkleTree)"/>
    /// <param name="consistency">Proof from the size of <see cref="LastCheckpoint"/> to this one; empty for the first and for the same size.</param>
    internal SignedNote Sign(long size, TreeHash root, IReadOnlyList<TreeHash> consistency)
    {
        lock (_gate)
        {
            var last = _last is null ? null : Checkpoint.Parse(_last.Text);
            if (last is not null && size < last.Size) throw Shorter(size, last);
            if (last is not null && !TreeProof.IsConsistent(last.Size, last.Root, size, root, consistency))
                throw new SigningRefusedException(
                    $"The tree of {size} leaves does not begin with the {last.Size} leaves that were signed before: something in the archive was changed. "
                    + "Nothing is signed. Put the archive back from a copy, or keep it for the auditor.");
            var checkpoint = new Checkpoint(_origin, size, root);
            // The same head told again is the same note, unless another key signs by now.
            if (checkpoint.Equals(last) && _last!.Signatures[0].KeyId == _keys.Chain.Current?.Id) return _last;
            var note = _keys.Sign(checkpoint);
            OwnedFile.Write(_path, Encoding.UTF8.GetBytes(note.ToString()));
            return _last = note;
        }
    }

    private SignedNote? Remembered(IEnumerable<RecordFact> records)
    {
        var known = _keys.Chain.Keys.ToArray();
        var notes = records.Select(CheckpointRecord.From).OfType<CheckpointRecord>().Select(record => record.Note).ToList();
        try
        {
            if (File.Exists(_path)) notes.Add(SignedNote.Parse(File.ReadAllText(_path)));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            // The log's own records have it up to a day ago, or the archive has.
        }
        return notes.Where(note => IsOurs(note, known)).MaxBy(note => Checkpoint.Parse(note.Text).Size);
    }

    /// <summary>What somebody else put there says nothing.</summary>
    private static bool IsOurs(SignedNote note, IEnumerable<NoteKey> known)
    {
        try
        {
            Checkpoint.Parse(note.Text);
            return note.Verify(known).Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static SigningRefusedException Shorter(long size, Checkpoint last) => new(
        $"The tree has {size} leaves, and {last.Size} were signed before: days are gone from the archive. Nothing is signed. Put the archive back from a copy, "
        + "or keep it for the auditor.");
}
