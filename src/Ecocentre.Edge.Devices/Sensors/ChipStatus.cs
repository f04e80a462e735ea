using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>The status word of a SEN5x, SEN6x or SPS30: read beside each measurement, and cleared now and then, because its errors stay
/// until then.</summary>
/// <remarks>Source: Sensirion SEN5x data sheet version 2 (March 2022), chapter 6, 0xD206 and 0xD210; the same in those of SEN6x and
/// SPS30.</remarks>
internal sealed class ChipStatus(SensirionChip chip, ImmutableArray<ChipFlag> flags, TimeSpan execution, TimeProvider time)
{
    private const ushort Read = 0xD206, ReadAndClear = 0xD210;

    // Cleared more often, an error that lasts would come and go all the time.
    private static readonly TimeSpan ClearAfter = TimeSpan.FromMinutes(10);

    private readonly ushort[] _status = new ushort[2];
    private long _clearedAt;

    /// <exception cref="SensorFaultException">The wire said no.</exception>
    public async ValueTask ClearAsync(CancellationToken cancellation)
    {
        await chip.SendAsync(ReadAndClear, execution, cancellation);
        _clearedAt = time.GetTimestamp();
    }

    /// <summary>Lowers the qualities of a measurement as the status says.</summary>
    /// <exception cref="SensorFaultException">The wire said no.</exception>
    public async ValueTask JudgeAsync(SensorValues values, CancellationToken cancellation)
    {
        await chip.AskAsync(Read, execution, _status, cancellation);
        var complains = ChipFlag.Apply(flags, (uint)_status[0] << 16 | _status[1], values);
        if (complains && time.GetElapsedTime(_clearedAt) >= ClearAfter) await ClearAsync(cancellation);
    }
}
