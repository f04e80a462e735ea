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
}
