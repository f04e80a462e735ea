namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>What a gas sensor has learnt about its room, kept over a restart of the chip, so that it need not learn it again for
/// hours.</summary>
/// <remarks>Source: Sensirion SEN5x data sheet version 2 (March 2022), chapter 6, 0x6181: the state may be restored when the interruption
/// was not longer than ten minutes. One chip's; it lives as long as the gateway.</remarks>
internal sealed class VocMemory(TimeProvider time)
{
    // The same place.
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(10);

    // Ten times before it becomes too old.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private readonly ushort[] _state = new ushort[4];
    private long? _at;

    /// <summary>Time to read the chip's state again.</summary>
    public bool IsDue => _at is not { } at || time.GetElapsedTime(at) >= Step;

    /// <summary>Nothing was ever kept.</summary>
    public bool IsEmpty => _at is null;

    /// <summary>Keeps the state that was just read.</summary>
    public void Keep(ReadOnlySpan<ushort> state)
    {
        state.CopyTo(_state);
        _at = time.GetTimestamp();
    }

    /// <summary>The state that is fresh enough to be restored, or null.</summary>
    public ushort[]? Fresh => _at is { } at && time.GetElapsedTime(at) <= AgeMax ? _state : null;
}
