using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Simulation.Disks;

/// <summary>Puts <see cref="SimulatedDisk"/> between SQLite and the files of a world: a virtual file system that is the machine's own, but for writing,
/// truncating and syncing (SQLite, "The OS Backend (VFS)": struct sqlite3_vfs and struct sqlite3_io_methods).</summary>
/// <remarks>It becomes SQLite's default for the whole process, and leaves files outside of mounted folders alone. Any thread.</remarks>
internal static unsafe class SqliteDisk
{
    // Results and flags of sqlite3.h.
    private const int Ok = 0, Full = 13, WriteFailed = 10 | 3 << 8;

    // Words of 64 bits in struct sqlite3_vfs (version 3) and in struct sqlite3_io_methods (version 3), and the places of what is replaced in them.
    private const int VfsWords = 21, VfsName = 3, VfsOpen = 5;
    private const int MethodWords = 19, MethodClose = 1, MethodWrite = 3, MethodTruncate = 4, MethodSync = 5;

    private static readonly Lock Gate = new();
    private static readonly ConcurrentDictionary<string, SimulatedDisk> Disks = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<nint, (SimulatedDisk Disk, string Path, nint Machines)> Handles = new();
    private static readonly ConcurrentDictionary<nint, nint> Replaced = new();
    private static nint* _machine;

    /// <summary>From now on files that SQLite opens in the disk's folder lie on it.</summary>
    public static void Mount(SimulatedDisk disk)
    {
        Disks[disk.Folder] = disk;
        lock (Gate)
        {
            if (_machine != null) return;
            SQLitePCL.Batteries_V2.Init();
            _machine = sqlite3_vfs_find(0);
            var vfs = (nint*)NativeMemory.AllocZeroed(VfsWords, (nuint)sizeof(nint));
            for (var word = 0; word < VfsWords; word++) vfs[word] = _machine[word];
            vfs[VfsName] = Marshal.StringToCoTaskMemUTF8("simulated");
            vfs[VfsOpen] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, nint*, int, int*, int>)&Open;
            if (sqlite3_vfs_register(vfs, 1) != Ok) throw new InvalidOperationException("BUG: SQLite does not take the simulated disk.");
        }
    }

    public static void Unmount(SimulatedDisk disk) => Disks.TryRemove(disk.Folder, out _);

    [DllImport("e_sqlite3")]
    private static extern nint* sqlite3_vfs_find(nint name);

    [DllImport("e_sqlite3")]
    private static extern int sqlite3_vfs_register(nint* vfs, int isDefault);

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Open(nint* vfs, byte* name, nint* file, int flags, int* outFlags)
    {
        var result = ((delegate* unmanaged[Cdecl]<nint*, byte*, nint*, int, int*, int>)_machine[VfsOpen])(_machine, name, file, flags, outFlags);
        if (result != Ok || name == null || Marshal.PtrToStringUTF8((nint)name) is not { } path) return result;
        if (Path.GetDirectoryName(path) is not { } folder || !Disks.TryGetValue(folder, out var disk)) return result;
        Handles[(nint)file] = (disk, path, file[0]);
        file[0] = Methods(file[0]);
        disk.Opened(path);
        return result;
    }

    /// <summary>The machine's methods with ours among them. A struct sqlite3_file begins with the pointer to its methods.</summary>
    private static nint Methods(nint machines)
    {
        lock (Gate)
        {
            if (Replaced.TryGetValue(machines, out var known)) return known;
            var ours = (nint*)NativeMemory.AllocZeroed(MethodWords, (nuint)sizeof(nint));
            for (var word = 0; word < MethodWords; word++) ours[word] = ((nint*)machines)[word];
            ours[MethodClose] = (nint)(delegate* unmanaged[Cdecl]<nint*, int>)&Close;
            ours[MethodWrite] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)&Write;
            ours[MethodTruncate] = (nint)(delegate* unmanaged[Cdecl]<nint*, long, int>)&Truncate;
            ours[MethodSync] = (nint)(delegate* unmanaged[Cdecl]<nint*, int, int>)&Sync;
            return Replaced[machines] = (nint)ours;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Close(nint* file)
    {
        Handles.TryRemove((nint)file, out var there);
        there.Disk.Closed(there.Path);
        return ((delegate* unmanaged[Cdecl]<nint*, int>)Method(there.Machines, MethodClose))(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Write(nint* file, byte* bytes, int count, long offset)
    {
        var there = Handles[(nint)file];
        if (there.Disk.IsFailing)
        {
            there.Disk.Refuse();
            return WriteFailed;
        }
        if (!there.Disk.MayWrite(there.Path, offset + count)) return Full;
        var result = ((delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)Method(there.Machines, MethodWrite))(file, bytes, count, offset);
        if (result == Ok) there.Disk.Wrote(there.Path, offset, new ReadOnlySpan<byte>(bytes, count));
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Truncate(nint* file, long length)
    {
        var there = Handles[(nint)file];
        var result = ((delegate* unmanaged[Cdecl]<nint*, long, int>)Method(there.Machines, MethodTruncate))(file, length);
        if (result == Ok) there.Disk.Truncated(there.Path, length);
        return result;
    }

    /// <summary>Memory that is no disk has nothing to sync: only what a power cut would leave is noted.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int Sync(nint* file, int flags)
    {
        var there = Handles[(nint)file];
        there.Disk.Synced(there.Path);
        return Ok;
    }

    // The files of a database and of its write-ahead log have different ones.
    private static nint Method(nint machines, int word) => ((nint*)machines)[word];
}
