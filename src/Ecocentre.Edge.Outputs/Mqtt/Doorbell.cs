using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Lets one thread wait for a socket, a time or another thread, whichever comes first: <c>poll(2)</c> with an
/// <c>eventfd(2)</c>.</summary>
/// <remarks><see cref="Ring"/> may be called from any thread, also after disposal; the rest belongs to the waiting thread.</remarks>
internal sealed unsafe partial class Doorbell : IDisposable
{
    // poll(2), the same on x86-64 and arm64.
    public const short Readable = 0x001;
    public const short Writable = 0x004;
    public const short Broken = 0x008 | 0x010;
    public const short PeerClosed = 0x2000;

    // IPPROTO_TCP, TCP_CORK and TCP_QUICKACK (tcp(7)), the same on x86-64 and arm64.
    internal const int ProtocolTcp = 6;
    internal const int TcpCork = 3;
    internal const int TcpQuickAck = 12;

    // SOL_SOCKET and SO_RCVLOWAT (socket(7)), the same on x86-64 and arm64.
    internal const int SocketLevel = 1;
    internal const int ReceiveLowWater = 18;

    // EFD_CLOEXEC | EFD_NONBLOCK, the same on x86-64 and arm64.
    private const int EventFlags = 0x80000 | 0x800;

    private readonly Lock _lock = new();
    private int _event;
    private int _rung;

    public Doorbell()
    {
        _event = eventfd(0, EventFlags);
        if (_event < 0) throw new IOException($"eventfd: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Ends the present wait, or the next one.</summary>
    public void Ring()
    {
        // A bell already rung saves the system call: under load the waiting thread is awake anyway.
        if (Interlocked.Exchange(ref _rung, 1) == 1) return;
        lock (_lock)
        {
            ulong one = 1;
            if (_event >= 0) _ = write(_event, &one, sizeof(ulong));
        }
    }

    /// <summary>Waits. What was done before a ring is seen after the wait that it ended.</summary>
    /// <param name="socket">The socket, or -1 for none.</param>
    /// <param name="events">What to wait for: <see cref="Readable"/>, <see cref="Writable"/>, <see cref="PeerClosed"/>.</param>
    /// <param name="milliseconds">At most so long.</param>
    /// <returns>What the socket is ready for, <see cref="Broken"/> included; 0 when the bell or the time ended the wait.</returns>
    public short Wait(int socket, short events, int milliseconds)
    {
        var polled = stackalloc PollEntry[2];
        polled[0] = new PollEntry { File = _event, Events = Readable };
        polled[1] = new PollEntry { File = socket, Events = events };
        // An interrupted or failed poll counts as an early end of the wait: the caller looks at everything again.
        if (poll(polled, socket < 0 ? 1u : 2u, Math.Max(0, milliseconds)) < 0) return 0;
        if (polled[0].Returned != 0)
        {
            ulong count;
            _ = read(_event, &count, sizeof(ulong));
            Interlocked.Exchange(ref _rung, 0);
        }
        return socket < 0 ? (short)0 : polled[1].Returned;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_event >= 0) _ = close(_event);
            _event = -1;
        }
    }

    [LibraryImport("libc")]
    internal static partial int setsockopt(int socket, int level, int name, void* value, uint length);

    /// <summary>struct pollfd</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int File;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc")]
    private static partial int poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc")]
    private static partial nint read(int file, void* buffer, nuint count);

    [LibraryImport("libc")]
    private static partial nint write(int file, void* buffer, nuint count);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
