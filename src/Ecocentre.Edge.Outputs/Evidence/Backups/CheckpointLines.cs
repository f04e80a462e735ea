using System.Globalization;
using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Outputs.Evidence.Backups;

/// <summary>Size and root of a signed note, for telling only: a note that cannot be read counts as none.</summary>
internal static class CheckpointLines
{
    internal static long Size(string note) => Read(note)?.Size ?? -1;

    /// <summary>What the note says, in words for people; null when it cannot be read.</summary>
    internal static string? Words(string? note) => note is not null && Read(note) is { } read
        ? string.Create(CultureInfo.InvariantCulture, $"{read.Size} leaves and the root {read.Root.ToBase64()}") : null;

    private static Checkpoint? Read(string note)
    {
        try
        {
            return Checkpoint.Parse(SignedNote.Parse(note).Text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
