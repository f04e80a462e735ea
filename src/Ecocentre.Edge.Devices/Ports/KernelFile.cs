using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>A file of which <see cref="KernelWait"/> says when something came that can be read.</summary>
/// <param name="happened">Called on the thread that serves, never twice at a time; told whether nothing more will come. It reads without waiting.</param>
internal sealed class KernelFile(SafeHandle handle, Action<bool> happened)
{
    internal SafeHandle Handle => handle;

    // All guarded by the lock of the wait.

    /// <summary>Its place among the files that are watched, and above it a number that no other file has; 0 while it is not watched.</summary>
    internal ulong Key { get; set; }

    /// <summary>Something came, and it has not been told yet.</summary>
    internal bool IsReady { get; set; }

    /// <summary>It is being told.</summary>
    internal bool IsTold { get; set; }

    /// <summary>Nothing more will come.</summary>
    internal bool IsEnding { get; set; }

    internal void Tell(bool isEnding) => happened(isEnding);
}
