using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Tree;
using Ecocentre.Edge.Outputs.Evidence.Backups;

namespace Ecocentre.Edge.Commands;

/// <summary>What the checkpoint that an outsider holds says of a backup: whether the tree that goes on from it will still extend that
/// checkpoint.</summary>
internal static class NewerCheckpoint
{
    /// <summary>The file to be asked: the one that was named, else the last note that the lost log's own signer left in the
    /// place.</summary>
    internal static string? Of(string? named, string logPath) => named ?? (File.Exists(logPath + ".checkpoint") ? logPath + ".checkpoint"
        : null);

    /// <param name="isNamed">Somebody named the file: what is wrong with it is theirs to know. Else it only lay there, and counts when it is genuine.</param>
    /// <param name="keys">That the backup tells of.</param>
    /// <returns>A sentence for the log; null where there is nothing to say.</returns>
    /// <exception cref="CannotRunException">The file is no checkpoint, of another log, or signed by none of the keys.</exception>
    internal static string? Words(string file, bool isNamed, BackupManifest manifest, KeyChain keys)
    {
        try
        {
            return Words(file, manifest, keys);
        }
        catch (CannotRunException) when (!isNamed)
        {
            return null;
        }
    }

    private static string Words(string file, BackupManifest manifest, KeyChain keys)
    {
        var (held, unproven) = Read(file, keys);
        var own = manifest.Checkpoint is { } note ? Checkpoint.Parse(SignedNote.Parse(note).Text) : null;
        if (own is not null && own.Origin != held.Origin)
            throw new CannotRunException($"--checkpoint {file} is of {held.Origin}, and the backup of {own.Origin}. Name this centre's.");
        return Compare(held, own) + unproven;
    }

    private static string Compare(Checkpoint held, Checkpoint? own)
    {
        var size = own?.Size ?? 0;
        if (held.Size < size) return $"An outsider's newest checkpoint has {held.Size} leaves: the tree extends it.";
        if (held.Size > size)
            return $"An outsider holds a checkpoint of {held.Size} leaves with the root {held.Root.ToBase64()}: {held.Size - size} "
                + "of its leaves were sealed after the backup. Unless all that they were made of is in the backup, they are lost with the old log, and later "
                + "checkpoints do not extend that one.";
        return own is null || held.Root == own.Root ? "An outsider's newest checkpoint is the same: nothing that was sealed is lost."
            : $"An outsider holds another root, {held.Root.ToBase64()}, for the same {size} leaves: one of the two logs is not genuine.";
    }

    /// <summary>The checkpoint, and words where nobody knows a key to hold its signature against.</summary>
    private static (Checkpoint Held, string Unproven) Read(string file, KeyChain keys)
    {
        try
        {
            var note = SignedNote.Parse(File.ReadAllText(file));
            var held = Checkpoint.Parse(note.Text);
            if (keys.Links.IsEmpty) return (held, " The backup tells of no key, so that its signature could not be checked.");
            if (note.Verify(keys.Keys).IsEmpty)
                throw new CannotRunException($"--checkpoint {file} is signed by none of the keys that the backup knows ("
                    + $"{string.Join(", ", keys.Keys.Select(key => key.Fingerprint))}), so it proves nothing. Name one that they signed, or leave it out: "
                    + "the log then says that newer ones may be held.");
            return (held, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"--checkpoint {file} cannot be read: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new CannotRunException($"--checkpoint {file} is no checkpoint: {e.Message}", e);
        }
    }
}
