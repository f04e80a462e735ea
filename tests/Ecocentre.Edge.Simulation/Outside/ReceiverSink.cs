using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs;

namespace Ecocentre.Edge.Simulation.Outside;

/// <summary>One gateway process's way to the receiver.</summary>
internal sealed class ReceiverSink(Receiver receiver, TimeProvider time) : ISink
{
    // Longer than any receiver takes that works.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public string Name => "receiver";

    public async ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        await Task.Delay(receiver.Latency(), time, cancellation);
        switch (receiver.FaultNow())
        {
            case ReceiverFault.Away:
                return Delivery.RetryLater("nobody there");
            case ReceiverFault.Throws:
                throw new IOException("the wire broke");
            case ReceiverFault.Hangs:
                await Task.Delay(Timeout, time, cancellation);
                return Delivery.RetryLater("no answer");
            case ReceiverFault.AnswerLost:
                receiver.Take(entries.Span);
                await Task.Delay(Timeout, time, cancellation);
                return Delivery.RetryLater("no answer");
            default:
                receiver.Take(entries.Span);
                // The way back takes time, in which the gateway may die: then all of it comes again.
                await Task.Delay(receiver.Latency(), time, cancellation);
                return Delivery.Accepted;
        }
    }

    public ValueTask DisposeAsync() => default;
}
