using System.Diagnostics;
using System.Globalization;

namespace Ecocentre.Edge.Peers;

/// <summary>A disk of so many bytes in memory, mounted for one test; it can be filled, made read-only and taken away. Needs the right to
/// mount.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly Scratch _scratch = new();
    private bool _isMounted;

    private SmallDisk()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder => _scratch.Folder;

    /// <summary>Mounts one.</summary>
    /// <returns>Null where mounting is not allowed.</returns>
    public static SmallDisk? Mount(long bytes)
    {
        var disk = new SmallDisk();
        disk._isMounted = Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "tmpfs",
            disk.Folder);
        if (disk._isMounted) return disk;
        disk.Dispose();
        return null;
    }

    /// <summary>Path of a file or folder on it; it is not created.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Writes until nothing more fits, but for so many bytes.</summary>
    public void Fill(long leave = 0)
    {
        using var file = new FileStream(File("filler"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var piece = new byte[4096];
        for (var free = new DriveInfo(Folder).AvailableFreeSpace - leave; free >= piece.Length; free -= piece.Length) file.Write(piece);
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => System.IO.File.Delete(File("filler"));

    /// <summary>As a kernel does with a card that fails.</summary>
    public void SetReadOnly(bool readOnly)
    {
        if (!Run("mount", "-o", readOnly ? "remount,ro" : "remount,rw", Folder)) throw new InvalidOperationException($"{Folder} cannot "
            + "be mounted anew.");
    }

    /// <summary>As if it were unplugged: open files stay, new ones are not found.</summary>
    public void Unplug()
    {
        if (_isMounted && Run("umount", "-l", Folder)) _isMounted = false;
    }

    public void Dispose()
    {
        Unplug();
        _scratch.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true,
            RedirectStandardOutput = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
