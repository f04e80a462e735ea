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

    /// <returns>A sentence for the log.</returns>
    /// <exception cref="CannotRunException">The file is no checkpoint, or of another log.</exception>
    internal static string Words(string file, BackupManifest manifest)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CannotRunException($"--checkpoint {file} cannot be read: {e.Message}", e);
        }
        Checkpoint held;
        try
        {
            held = Read(text);
        }
        catch (FormatException e)
        {
            throw new CannotRunException($"--checkpoint {file} is no checkpoint: {e.Message}", e);
        }
        var own = manifest.Checkpoint is { } note ? Read(note) : null;
        if (own is not null && own.Origin != held.Origin)
            throw new CannotRunException($"--checkpoint {file} is of {held.Origin}, and the backup of {own.Origin}. Name this centre's.");
        var size = own?.Size ?? 0;
        if (held.Size < size) return $"An outsider's newest checkpoint has {held.Size} leaves: the tree extends it.";
        if (held.Size > size)
            return $"An outsider holds a checkpoint of {held.Size} leaves with the root {held.Root.ToBase64()}: {held.Size - size} "
                + "sealed leaves are "
                + "lost with the old log, and later checkpoints do not extend that one.";
        return own is null || held.Root == own.Root ? "An outsider's newest checkpoint is the same: nothing that was sealed is lost."
            : $"An outsider holds another root, {held.Root.ToBase64()}, for the same {size} leaves: one of the two logs is not genuine.";
    }

    private static Checkpoint Read(string note) => Checkpoint.Parse(SignedNote.Parse(note).Text);
}
