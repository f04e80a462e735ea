namespace Ecocentre.Edge.Devices;

/// <summary>Keeps a dead device from taking its neighbours' time: after some misses in a row it opens, and the device gets one cheap probe
/// now and then instead of its whole plan.</summary>
/// <remarks>Not synchronised: its device owns it.</remarks>
public sealed class Breaker(TimeProvider time)
{
    /// <summary>3: one lost frame is noise and two may be; Carlo Gavazzi's protocol calls a meter absent after two or three.</summary>
    public const int MissesMax = 3;

    // The n-th probe in vain is followed by n times this, as OpenEMS does.
    private static readonly TimeSpan BackOffStep = TimeSpan.FromSeconds(2);

    // A meter that comes back is seen within a minute.
    private static readonly TimeSpan BackOffMax = TimeSpan.FromSeconds(60);

    // Without a medium a probe costs nobody anything, and all devices wait for the same cable.
    private static readonly TimeSpan BackOffMaxWithoutBus = TimeSpan.FromSeconds(5);

    private int _misses;
    private int _probesInVain;

    /// <summary>The device is held back.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>When an open breaker lets the next probe through, in the provider's ticks.</summary>
    public long ProbeAt { get; private set; }

    /// <summary>The device said something, if only that it refuses.</summary>
    public void Answered()
    {
        _misses = 0;
        _probesInVain = 0;
        IsOpen = false;
    }

    /// <summary>The device did not answer.</summary>
    public void Missed(FaultKind kind)
    {
        if (IsOpen || ++_misses >= MissesMax) Open(kind);
    }

    /// <summary>Holds the device back at once, or for longer when it already is.</summary>
    public void Open(FaultKind kind)
    {
        IsOpen = true;
        _probesInVain++;
        var max = kind == FaultKind.NoBus ? BackOffMaxWithoutBus : BackOffMax;
        var wait = _probesInVain * BackOffStep;
        ProbeAt = time.GetTimestamp() + TimeSpanTicks.Of(wait < max ? wait : max, time);
    }
}
