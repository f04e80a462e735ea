using Ecocentre.Edge.Evidence.Tree;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>Texts by their content: one file each, named by its SHA-256. Any thread.</summary>
internal sealed class ArchiveTexts(string folder)
{
    /// <returns>The SHA-256 of the text in UTF-8, 64 small hexadecimal digits.</returns>
    /// <exception cref="IOException">The disk does not let it be stored.</exception>
    internal string Put(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var name = TreeHash.Of(bytes).ToString();
        var path = Path.Combine(folder, name);
        if (Get(name) is not null) return name;
        Directory.CreateDirectory(folder);
        using (var file = new FileStream(path + ".part", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".part", path, overwrite: true);
        return name;
    }

    /// <returns>Null when there is none, or what is there is not what was stored.</returns>
    internal string? Get(string sha)
    {
        // What is asked for may come from outside and names a file.
        if (!TreeHash.TryParseHex(sha, out var hash) || !File.Exists(Path.Combine(folder, sha))) return null;
        var bytes = File.ReadAllBytes(Path.Combine(folder, sha));
        return TreeHash.Of(bytes) == hash ? System.Text.Encoding.UTF8.GetString(bytes) : null;
    }

    internal IEnumerable<string> Names() => !Directory.Exists(folder) ? []
        : Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(name => TreeHash.TryParseHex(name, out _))
            .Order(StringComparer.Ordinal);
}
