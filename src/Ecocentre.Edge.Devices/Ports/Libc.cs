using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>The calls into the C library that ports need, and their numbers on Linux for x86-64 and arm64 (uapi asm-generic: errno.h, fcntl.h,
/// poll.h; linux/prctl.h; both architectures use the generic numbers).</summary>
internal static unsafe partial class Libc
{
    public const int ReadWrite = 2;
    public const int NoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const int NotPermitted = 1;
    public const int NoSuchFile = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoSuchDeviceOrAddress = 6;
    public const int TryAgain = 11;
    public const int NoPermission = 13;
    public const int Busy = 16;
    public const int NoSuchDevice = 19;
    public const int InvalidArgument = 22;
    public const int NotATerminal = 25;
    public const int BrokenPipe = 32;
    public const int ProtocolError = 71;
    public const int NotSupported = 95;
    public const int Shutdown = 108;
    public const int TimedOut = 110;
    public const int RemoteInputOutput = 121;

    public const short PollIn = 1;
    public const short PollOut = 4;

    // recv(2), send(2): MSG_DONTWAIT; with MSG_NOSIGNAL a peer that is gone is an error and no signal.
    public const int DoNotWait = 0x40;
    public const int NoSignal = 0x4000;

    // clock_gettime(2): CLOCK_MONOTONIC.
    public const int Monotonic = 1;

    // flock(2): exclusive, and at once or not at all.
    public const int LockExclusiveNow = 2 | 4;

    // prctl(2): PR_SET_TIMERSLACK.
    public const int SetTimerSlack = 29;

    /// <summary>struct pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollFile
    {
        public int File;
        public short Events;
        public short Returned;
    }

    /// <summary>struct timespec of a 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int file, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int file, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollFile* files, ulong count, TimeSpec* timeout, void* signals);

    // It reads memory that the kernel shares: too short for the collector to be told.
    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int ReadClock(int clock, TimeSpec* time);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFile(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    public static partial int TimerFile(int clock, int flags);

    /// <param name="setting">struct itimerspec: the interval, and when it is due first.</param>
    [LibraryImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    public static partial int SetTimer(int file, int flags, TimeSpec* setting, TimeSpec* before);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int WatchFile(int flags);

    /// <param name="happening">struct epoll_event, of which the first four bytes say what is watched for, and the last eight are told again.</param>
    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int Watch(int watch, int operation, int file, byte* happening);

    /// <param name="happenings">Room for 16 bytes each: what struct epoll_event takes where it takes most.</param>
    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int WaitWatching(int watch, byte* happenings, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeHandle socket, byte* buffer, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeHandle socket, byte* buffer, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int file, int operation);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int Control(int option, ulong argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Request(int file, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Request(int file, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial int OpenTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    public static partial int GrantTerminal(int file);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int UnlockTerminal(int file);

    /// <returns>0, or an error number.</returns>
    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    public static partial int NameTerminal(int file, byte* buffer, nint length);

    /// <summary>poll(2) with a time limit to the 100 ns; null waits without one.</summary>
    public static int Wait(PollFile* files, ulong count, TimeSpan? limit)
    {
        if (limit is not { } span)
            return Poll(files, count, null, null);
        var ticks = Math.Max(0, span.Ticks);
        var time = new TimeSpec
        {
            Seconds = ticks / TimeSpan.TicksPerSecond,
            Nanoseconds = ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
        };
        return Poll(files, count, &time, null);
    }
}
