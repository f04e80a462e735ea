using System.Globalization;
using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Campaign.Rig;

/// <summary>The disk under the gateway's log: a small ext4 file system of its own where the machine lets us mount one, else a
/// folder.</summary>
/// <remarks>Mounted in the mount namespace that <c>tests/campaign/run</c> made, it is gone with the campaign however that ends.</remarks>
internal sealed partial class LogDisk : IDisposable
{
    // The log of some hours of this building takes 5 MB; the journal of ext4 takes 4 MiB of it.
    private const long Bytes = 48L << 20;

    // _IOR('X', 125, __u32) and its flag 2, fs/ext4/ext4.h: the file system is shut down without writing its journal, as when the power
    // goes.
    private const uint Shutdown = 0x8004_587D;
    private const int NoLogFlush = 2;

    private readonly string _image;
    private bool _isMounted;

    public LogDisk(string scratch)
    {
        Folder = Directory.CreateDirectory(Path.Combine(scratch, "card")).FullName;
        _image = Path.Combine(scratch, "card.img");
        using (var file = File.Create(_image)) file.SetLength(Bytes);
        WhyNot = Shell.Trouble("mkfs.ext4", "-q", "-m", "0", "-O", "^metadata_csum_seed", _image) ?? Mount();
    }

    public string Folder { get; }

    /// <summary>Why this is a plain folder of which no fault can be made; null where it is a disk.</summary>
    public string? WhyNot { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes until nothing more fits.</summary>
    public void Fill()
    {
        using var file = new FileStream(PathOf("filler"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1 << 20, 4096, 1 })
            try
            {
                while (true) file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full, for pieces of this size.
            }
    }

    public void Free() => File.Delete(PathOf("filler"));

    /// <summary>Nobody's writes come to an end until <see cref="Thaw"/>.</summary>
    public void Freeze() => Shell.Run("fsfreeze", "--freeze", Folder);

    public void Thaw() => Shell.Run("fsfreeze", "--unfreeze", Folder);

    /// <summary>As the kernel does after an error of the card: nothing more is written, whoever has files open. Only <see cref="Remount"/>
    /// ends it.</summary>
    public void Fail() => Shell.Run("mount", "-o", "remount,abort", Folder);

    /// <summary>Nothing that was not synced reaches the card from now on.</summary>
    public void CutPower()
    {
        var folder = Open(Folder, 0, 0);
        var flags = NoLogFlush;
        var answer = Control(folder, Shutdown, ref flags);
        _ = Close(folder);
        if (answer != 0) throw new InvalidOperationException($"{Folder} cannot be shut down: error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>What a restart of the machine does: unmounted and mounted, with what the card then holds. Nobody may have a file open on
    /// it.</summary>
    public void Remount(bool readOnly = false)
    {
        for (var left = 50; Shell.Trouble("umount", Folder) is { } busy; left--)
        {
            if (left == 0) throw new InvalidOperationException(busy);
            System.Threading.Thread.Sleep(100);
        }
        _isMounted = false;
        if (Mount(readOnly ? "loop,ro" : "loop") is { } trouble) throw new InvalidOperationException(trouble);
    }

    public void Dispose()
    {
        if (_isMounted) Shell.Trouble("umount", "-l", Folder);
        _isMounted = false;
    }

    public override string ToString() => WhyNot is null
        ? string.Create(CultureInfo.InvariantCulture, $"ext4 of {Bytes >> 20} MiB on a loop device") : $"a plain folder ({WhyNot})";

    private string? Mount(string options = "loop")
    {
        var trouble = Shell.Trouble("mount", "-t", "ext4", "-o", options, _image, Folder);
        _isMounted = trouble is null;
        return trouble;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, nuint request, ref int argument);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
