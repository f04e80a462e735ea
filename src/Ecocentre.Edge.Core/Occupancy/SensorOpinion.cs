namespace Ecocentre.Edge.Occupancy;

/// <summary>What one sensor says of its desk at a moment if nothing more is heard, all times in Unix milliseconds.</summary>
/// <param name="Since">When it began to say so, as far as that is known.</param>
/// <param name="Until">The next time at which it may say something else by itself; <see cref="long.MaxValue"/> when it will not.</param>
internal readonly record struct SensorOpinion(DeskState State, long Since, long Until)
{
    internal bool SeesSomebody => State is DeskState.Occupied or DeskState.Held;

    internal bool CannotTell => State is DeskState.Unknown or DeskState.Fault;
}
