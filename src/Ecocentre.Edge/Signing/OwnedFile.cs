namespace Ecocentre.Edge.Signing;

/// <summary>Small files beside the log that are there whole or not at all, also after a power cut.</summary>
internal static class OwnedFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode ReadByAll = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a file that nobody but its owner may ever open: made under another name with that mode, synced, renamed.</summary>
    /// <exception cref="IOException">The disk does not let it be written; what was there stays.</exception>
    internal static void WriteSecret(string path, ReadOnlySpan<byte> content) => Write(path, content, OwnerOnly);

    /// <inheritdoc cref="WriteSecret"/>
    /// <summary>Writes a file that everybody may read.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content) => Write(path, content, ReadByAll);

    /// <summary>Whether others than its owner may open it.</summary>
    internal static bool IsOpenToOthers(string path) => (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0;

    private static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var made = path + ".new";
        try
        {
            // One that a power cut left behind may have any mode.
            File.Delete(made);
            using (var file = new FileStream(made, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode,
            }))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(made, path, overwrite: true);
            // The journal that takes the file's sync takes its new name with it.
            using var renamed = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            renamed.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException(denied.Message, denied);
        }
    }
}
