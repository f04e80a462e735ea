namespace Ecocentre.Edge.Peers;

/// <summary>A folder of its own for one test, removed with everything in it when disposed.</summary>
public sealed class Scratch : IDisposable
{
    public Scratch() => Folder = Directory.CreateTempSubdirectory("ecocentre-").FullName;

    private Scratch(string folder) => Folder = Directory.CreateDirectory(folder).FullName;

    /// <summary>A folder in memory where there is such a file system: for logs whose syncs are not what is tested.</summary>
    public static Scratch InMemory() => !Directory.Exists("/dev/shm") ? new Scratch()
        : new Scratch($"/dev/shm/ecocentre-{Environment.ProcessId}-{Guid.NewGuid():N}");

    public string Folder { get; }

    /// <summary>Path of a file or folder inside; it is not created.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a text file and returns its path.</summary>
    public string Write(string name, string text)
    {
        var path = File(name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // A peer killed this instant may still hold a file: the system's temporary folder is cleaned anyway.
        }
    }
}
