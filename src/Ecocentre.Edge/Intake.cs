using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge;

/// <summary>The bounded queues between the bus loops (many writers) and the gateway loop (the only reader). Writers wait when they are full.</summary>
public sealed class Intake(GatewayLimits limits)
{
    // Orders come one by one from people; instruments a few at a start.
    private const int WorkWaitingMax = 16;

    private ReadingQueue _readings = new(limits.ReadingsWaitingMax);

    public ReadingQueue Readings => Volatile.Read(ref _readings);


    /// <summary>What others want the loop to do; looked at once a beat.</summary>
    public Channel<LoopWork> Work { get; } = Channel.CreateBounded<LoopWork>(new BoundedChannelOptions(WorkWaitingMax) { SingleReader = true });

    /// <summary>Begins a new queue of readings and closes the one before: who meets it closed goes on with the new one. The gateway loop's thread.</summary>
    /// <param name="move">Told of the new queue before the other is closed.</param>
    /// <returns>The readings that were put into the one before; no more will come.</returns>
    internal ReadingQueue BeginReadings(Action<ChannelWriter<Reading>> move)
    {
        var (before, next) = (_readings, new ReadingQueue(limits.ReadingsWaitingMax, _readings.Wake));
        move(next.Writer);
        Volatile.Write(ref _readings, next);
        before.Close();
        return before;
    }

    public Channel<Incident> Incidents { get; } = Channel.CreateBounded<Incident>(
        new BoundedChannelOptions(limits.IncidentsWaitingMax) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
}
