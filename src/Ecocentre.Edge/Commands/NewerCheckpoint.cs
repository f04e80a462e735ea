using Ecocentre.Edge.Outputs.Evidence.Backups;

namespace Ecocentre.Edge.Commands;

/// <summary>What the checkpoint that an outsider holds says of a backup: whether the tree that goes on from it will still extend that
/// checkpoint.</summary>
internal static class NewerCheckpoint
{
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
        var (theirs, ours) = (Read(text), manifest.Checkpoint is { } note ? Read(note) : null);
        if (theirs is not { } held) throw new CannotRunException($"--checkpoint {file} is no checkpoint: its first three lines are "
            + "origin, size and root.");
        if (ours is { } own && own.Origin != held.Origin)
            throw new CannotRunException($"--checkpoint {file} is of {held.Origin}, and the backup of {own.Origin}. Name the checkpoint "
                + "of this centre.");
        var size = ours?.Size ?? 0;
        if (held.Size < size) return $"An outsider's checkpoint of {held.Size} leaves is older than that: the tree extends it.";
        if (held.Size == size)
            return held.Root == ours?.Root || size == 0 ? $"An outsider's newest checkpoint is the same: nothing that was sealed is lost."
                : $"An outsider holds another root, {held.Root}, for the same {size} leaves: one of the two logs is not genuine.";
        return FormattableString.Invariant($"An outsider holds a checkpoint of {held.Size} leaves with the root {held.Root}: "
            + $"{held.Size - size} sealed leaves ")
            + "are lost with the old log, and later checkpoints do not extend that one.";
    }

    /// <summary>Origin, size and root of a signed note of a checkpoint (C2SP tlog-checkpoint).</summary>
    private static (string Origin, long Size, string Root)? Read(string note) =>
        note.Split('\n') is [var origin, var size, { Length: 44 } root, ..] && long.TryParse(size, out var leaves) && leaves >= 0
            ? (origin, leaves, root) : null;
}
