using System.Threading.Channels;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Buses;

/// <summary>Where one bus puts its readings, for as long as it runs: when the site changes around it, they go into another queue, and its points have
/// other numbers there, all by the same distance.</summary>
/// <remarks>Any thread. A writer that meets the former queue closed goes on with the new one, so that no reading is lost on the way.</remarks>
internal sealed class MovableOutlet(ChannelWriter<Reading> readings) : ReadingsWriter
{
    private volatile Target _target = new(readings, 0);

    /// <summary>Readings go there from now on. To be called before the former queue is closed.</summary>
    /// <param name="distance">From the number that a point had when its bus was made to the one it has now.</param>
    internal void MoveTo(ChannelWriter<Reading> next, int distance) => _target = new Target(next, distance);

    public override bool TryWrite(Reading item)
    {
        var target = _target;
        return target.Readings.TryWrite(target.Numbered(item));
    }

    public override int TryWriteMany(ReadOnlySpan<Reading> readings)
    {
        var target = _target;
        if (target.Distance == 0 && target.Readings is ReadingsWriter many) return many.TryWriteMany(readings);
        var taken = 0;
        while (taken < readings.Length && target.Readings.TryWrite(target.Numbered(readings[taken]))) taken++;
        return taken;
    }

    public override async ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var target = _target;
            if (await target.Readings.WaitToWriteAsync(cancellationToken)) return true;
            if (ReferenceEquals(target, _target)) return false;
        }
    }

    private sealed record Target(ChannelWriter<Reading> Readings, int Distance)
    {
        internal Reading Numbered(in Reading reading) =>
            Distance == 0 ? reading : reading with { Point = new PointId((ushort)(reading.Point.Value + Distance)) };
    }
}
