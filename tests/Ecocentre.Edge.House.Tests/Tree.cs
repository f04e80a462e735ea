namespace Ecocentre.Edge.House.Tests;

/// <summary>Files by path, relative to the root and with '/'. The rules read nothing else, so that each can be shown a small bad tree.</summary>
internal sealed class Tree
{
    /// <summary>Folders that builds and tools make; all of them are ignored by git.</summary>
    public static readonly IReadOnlySet<string> Made =
        new HashSet<string>(["bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts", "dist", ".vs", ".idea", "__pycache__"], StringComparer.Ordinal);

    private static readonly Lazy<Tree> OfDisk = new(ReadRepository);

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    public static Tree Repository => OfDisk.Value;

    public IReadOnlyDictionary<string, string> Files => _files;

    public static Tree Of(params (string Path, string Text)[] files)
    {
        var tree = new Tree();
        foreach (var (path, text) in files) tree._files.Add(path, text);
        return tree;
    }

    public IEnumerable<string> Paths(string prefix, string ending) =>
        _files.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>C# sources below a folder, without comments and text literals.</summary>
    public IEnumerable<(string Path, SourceText Source)> Sources(string prefix) =>
        Paths(prefix, ".cs").Select(path => (path, SourceText.Parse(_files[path])));

    /// <summary>True for a file and for a folder that holds one.</summary>
    public bool Has(string path)
    {
        var folder = path.TrimEnd('/') + "/";
        return _files.ContainsKey(path) || _files.Keys.Any(file => file.StartsWith(folder, StringComparison.Ordinal));
    }

    private static Tree ReadRepository()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Ecocentre.Edge.sln")))
            root = root.Parent ?? throw new InvalidOperationException($"No Ecocentre.Edge.sln above {AppContext.BaseDirectory}.");
        var tree = new Tree();
        tree.Read(root, "");
        return tree;
    }

    private void Read(DirectoryInfo folder, string prefix)
    {
        foreach (var file in folder.EnumerateFiles()) _files.Add(prefix + file.Name, File.ReadAllText(file.FullName));
        foreach (var inner in folder.EnumerateDirectories())
            if (inner.Name != ".git" && inner.Name != "node_modules" && !Made.Contains(inner.Name))
                Read(inner, $"{prefix}{inner.Name}/");
    }
}
