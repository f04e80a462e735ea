using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Devices.Ports;

/// <summary>The one wait in the kernel (epoll(7)) for all timers and all TCP connections of the process: one thread is woken, and it does one after the
/// other whatever came meanwhile, before it waits again.</summary>
/// <remarks>
/// <para>That is the decision: replies of sixteen connections that are asked in the same moment cost a wake-up or two instead of one each, and code, stack
/// and what all connections share stay in the processor's caches from one reply to the next.</para>
/// <para>What is called should not block. When it does, another thread takes over after a few milliseconds and serves the others.</para>
/// </remarks>
internal sealed unsafe class KernelWait
{
    /// <summary>Threads at most. Each beyond the second is there because all others were kept by what they called.</summary>
    internal const int ThreadsMax = 64;

    internal const long Never = long.MaxValue;

    // The monotonic clock counts nanoseconds.
    internal const long Millisecond = 1_000_000;

    // TFD_CLOEXEC is O_CLOEXEC; TFD_TIMER_ABSTIME (linux/timerfd.h).
    private const int AbsoluteTime = 1;

    // EPOLL_CLOEXEC is O_CLOEXEC; EPOLL_CTL_ADD and _DEL, EPOLLIN, EPOLLERR, EPOLLHUP, EPOLLRDHUP and EPOLLET (linux/eventpoll.h).
    private const int Add = 1, Remove = 2;
    private const uint Readable = 1, Failed = 8, HungUp = 0x10, PeerHungUp = 0x2000, EachChange = 1u << 31;

    // More connections than any centre has buses; what does not fit comes with the next look.
    private const int HappeningsMax = 64;

    private const long Second = 1_000 * Millisecond;

    // A hundred times what a poll takes, and soon enough for whoever waits.
    private const long Patience = 10 * Millisecond;

    // A server on the same network answers within it.
    private const long BusyWithin = Millisecond;

    // One looks after the thread that serves; another is there when that one is kept too.
    private const int ReservesMax = 2;

    private static readonly Lazy<KernelWait> Process = new(() => new KernelWait());

    // struct epoll_event: 12 bytes on x86-64, where it is packed, and 16 elsewhere; what it is about stands in its last 8.
    private static readonly int HappeningBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly List<KernelTimer> _timers = [];
    private readonly List<KernelFile?> _files = [null];
    private readonly Stack<int> _freePlaces = new();
    private readonly Queue<KernelFile> _ready = new();

    // What is waited for, and what it is waited for with: the alarm of the timers in the one, that of those who look after the thread that serves in the other.
    private readonly int _watch, _alarm, _reserve, _reserveAlarm;
    private Thread? _leader;
    private int _threads, _reserves;
    private bool _isServing, _isBusy, _isReserveSet;
    private long _served, _servedSeen, _takenAt, _alarmAt = Never;
    private uint _keys;

    /// <exception cref="IOException">The kernel has none for us.</exception>
    private KernelWait()
    {
        (_alarm, _reserveAlarm) = (Libc.TimerFile(Libc.Monotonic, Libc.CloseOnExec), Libc.TimerFile(Libc.Monotonic, Libc.CloseOnExec));
        // Of those who read an alarm itself the kernel would wake all; of those who wait for what happens to it, one.
        (_watch, _reserve) = (Libc.WatchFile(Libc.CloseOnExec), Libc.WatchFile(Libc.CloseOnExec));
        if (_alarm < 0 || _reserveAlarm < 0 || _watch < 0 || _reserve < 0 || !Watch(_watch, _alarm, 0) || !Watch(_reserve, _reserveAlarm, 0))
            throw new IOException($"timerfd and epoll: {Marshal.GetLastPInvokeErrorMessage()}");
        lock (Gate)
        {
            _leader = StartThread();
            _reserves++;
            StartThread();
        }
    }

    /// <exception cref="IOException">The kernel has none for us.</exception>
    internal static KernelWait Shared => Process.Value;

    internal static long Now
    {
        get
        {
            Libc.TimeSpec time;
            _ = Libc.ReadClock(Libc.Monotonic, &time);
            return time.Seconds * Second + time.Nanoseconds;
        }
    }

    /// <summary>Guards all here and the timers.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Begins to tell when something came. What came before is told too.</summary>
    /// <exception cref="IOException">It cannot be waited for.</exception>
    internal void Begin(KernelFile file)
    {
        lock (Gate)
        {
            if (!_freePlaces.TryPop(out var place))
            {
                place = _files.Count;
                _files.Add(null);
            }
            _files[place] = file;
            file.Key = (ulong)++_keys << 32 | (uint)place;
            var held = false;
            try
            {
                file.Handle.DangerousAddRef(ref held);
                if (!Watch(_watch, (int)file.Handle.DangerousGetHandle(), file.Key))
                    throw new IOException($"epoll: {Marshal.GetLastPInvokeErrorMessage()}");
            }
            finally
            {
                if (held) file.Handle.DangerousRelease();
            }
        }
    }

    /// <summary>Ends telling; to be called before the file is closed. A call that is under way is not waited for.</summary>
    internal void End(KernelFile file)
    {
        lock (Gate)
        {
            if (file.Key == 0) return;
            var place = (int)(uint)file.Key;
            (_files[place], file.Key) = (null, 0);
            _freePlaces.Push(place);
            var held = false;
            try
            {
                file.Handle.DangerousAddRef(ref held);
                _ = Libc.Watch(_watch, Remove, (int)file.Handle.DangerousGetHandle(), null);
            }
            catch (ObjectDisposedException)
            {
                // The kernel forgets what is closed by itself.
            }
            finally
            {
                if (held) file.Handle.DangerousRelease();
            }
        }
    }

    /// <summary>Requires: the lock is held.</summary>
    internal void Schedule(KernelTimer timer, long dueAt)
    {
        var was = timer.DueAt;
        timer.DueAt = dueAt;
        if (was == Never && dueAt != Never)
        {
            timer.Place = _timers.Count;
            _timers.Add(timer);
        }
        else if (was != Never && dueAt == Never)
        {
            var last = _timers[^1];
            _timers[timer.Place] = last;
            last.Place = timer.Place;
            _timers.RemoveAt(_timers.Count - 1);
        }
        // While something is done, whoever does it looks at the timers before it waits. A later one is seen when the present one has come.
        if (!_isServing && dueAt < _alarmAt) SetAlarm(dueAt);
    }

    private static bool Watch(int watch, int file, ulong key)
    {
        var happening = stackalloc byte[16];
        *(uint*)happening = Readable | PeerHungUp | EachChange;
        *(ulong*)(happening + HappeningBytes - sizeof(ulong)) = key;
        return Libc.Watch(watch, Add, file, happening) >= 0;
    }

    /// <summary>Requires: the lock is held.</summary>
    private Thread StartThread()
    {
        _threads++;
        var thread = new Thread(Serve) { IsBackground = true, Name = "time" };
        // Not in the name of whoever asked first.
        thread.UnsafeStart();
        return thread;
    }

    private void Serve()
    {
        var happenings = stackalloc byte[HappeningBytes * HappeningsMax];
        var me = Thread.CurrentThread;
        while (true)
        {
            if (Leads(me)) Take(happenings, Libc.WaitWatching(_watch, happenings, HappeningsMax, -1));
            else if (IsSurplus()) return;
            else
            {
                _ = Libc.WaitWatching(_reserve, happenings, 1, -1);
                if (!TakesOver(me)) continue;
            }
            while (TakeNext(me, out var timer, out var file))
                if (timer is not null) timer.Run();
                else Tell(file!);
        }
    }

    private bool Leads(Thread me)
    {
        lock (Gate) return _leader == me;
    }

    /// <summary>Whether enough others look after the thread that serves, so that this one ends.</summary>
    private bool IsSurplus()
    {
        lock (Gate)
        {
            if (_reserves <= ReservesMax) return false;
            _reserves--;
            _threads--;
            return true;
        }
    }

    /// <summary>Notes what happened. An interrupted wait is one more look; an alarm need not be read: setting it anew does that.</summary>
    private void Take(byte* happenings, int count)
    {
        lock (Gate)
        {
            var now = Now;
            (_isBusy, _takenAt) = (now - _takenAt < BusyWithin, now);
            (_isServing, _servedSeen) = (true, _served);
            SetReserve(true);
            for (var i = 0; i < count; i++)
            {
                var happening = happenings + i * HappeningBytes;
                var key = *(ulong*)(happening + HappeningBytes - sizeof(ulong));
                if (key == 0) _alarmAt = Never;
                // One that is watched no longer, or the alarm.
                if (_files[(int)(uint)key] is not { } file || file.Key != key) continue;
                file.IsEnding |= (*(uint*)happening & (Failed | HungUp | PeerHungUp)) != 0;
                MakeReady(file);
            }
        }
    }

    /// <summary>Requires: the lock is held.</summary>
    private void MakeReady(KernelFile file)
    {
        if (!file.IsReady && !file.IsTold) _ready.Enqueue(file);
        file.IsReady = true;
    }

    /// <summary>The next thing to be done; or false, with the alarm set and this thread to wait again.</summary>
    private bool TakeNext(Thread me, out KernelTimer? timer, out KernelFile? file)
    {
        lock (Gate)
        {
            (timer, file) = (null, null);
            if (_leader != me)
            {
                _reserves++;
                return false;
            }
            _served++;
            var first = Earliest();
            if (first is not null && first.DueAt <= Now)
            {
                timer = first;
                Schedule(first, first.Period == Never ? Never : Math.Max(first.DueAt, Now - first.Period) + first.Period);
                first.Runs++;
                return true;
            }
            if (_ready.TryDequeue(out file))
            {
                (file.IsReady, file.IsTold) = (false, true);
                return true;
            }
            _isServing = false;
            // Whoever asks and waits, asks and waits, comes back sooner than it takes to set it anew each time.
            if (!_isBusy) SetReserve(false);
            if (first is not null) SetAlarm(first.DueAt);
            return false;
        }
    }

    private void Tell(KernelFile file)
    {
        file.Tell(file.IsEnding);
        lock (Gate)
        {
            file.IsTold = false;
            if (!file.IsReady) return;
            // What came while it was told. Another thread may have taken over and found nothing more to do.
            _ready.Enqueue(file);
            if (!_isServing) SetAlarm(Now);
        }
    }

    /// <summary>Whether the thread that serves has been with one thing all the time, so that this one takes its place.</summary>
    private bool TakesOver(Thread me)
    {
        lock (Gate)
        {
            _isReserveSet = false;
            if (!_isServing) return false;
            SetReserve(true);
            if (_servedSeen != _served)
            {
                _servedSeen = _served;
                return false;
            }
            _leader = me;
            if (--_reserves > 0 || _threads >= ThreadsMax) return true;
            _reserves++;
            StartThread();
            return true;
        }
    }

    /// <summary>Requires: the lock is held.</summary>
    private KernelTimer? Earliest()
    {
        KernelTimer? first = null;
        foreach (var timer in _timers)
            if (first is null || timer.DueAt < first.DueAt) first = timer;
        return first;
    }

    /// <summary>Whether somebody is to look after the thread that serves. Requires: the lock is held.</summary>
    private void SetReserve(bool looks)
    {
        if (looks == _isReserveSet) return;
        _isReserveSet = looks;
        SetAlarm(_reserveAlarm, 0, looks ? Patience : 0);
    }

    /// <summary>Requires: the lock is held.</summary>
    private void SetAlarm(long at)
    {
        if (at == _alarmAt) return;
        _alarmAt = at;
        SetAlarm(_alarm, AbsoluteTime, at);
    }

    private static void SetAlarm(int alarm, int flags, long nanoseconds)
    {
        var setting = stackalloc Libc.TimeSpec[2];
        // The interval: once.
        setting[0] = default;
        setting[1] = new Libc.TimeSpec { Seconds = nanoseconds / Second, Nanoseconds = nanoseconds % Second };
        if (Libc.SetTimer(alarm, flags, setting, null) < 0)
            throw new InvalidOperationException($"BUG: timerfd_settime: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
