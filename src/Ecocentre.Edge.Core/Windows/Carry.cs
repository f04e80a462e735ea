using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Windows;

/// <summary>What a series brings into a window from before it. With it a window is a pure function of the readings inside.</summary>
internal struct Carry
{
    /// <summary>The newest reading before the window, of any quality; meaningful when <see cref="HasBefore"/>.</summary>
    internal Slot Before;

    internal bool HasBefore;

    /// <summary>The newest reading was invalid, and that has been told.</summary>
    internal bool InInvalidRun;

    /// <summary>Counters only.</summary>
    internal CounterTrack Counter;

    /// <summary>Counters only: growth in minutes that were not stored because the clock came through them a second time. The next stored minute
    /// with a reading tells it.</summary>
    internal double Owed;

    /// <summary>Time of the register from which on <see cref="Owed"/> grew, Unix milliseconds; meaningful when that is over 0.</summary>
    internal long OwedSince;
}
