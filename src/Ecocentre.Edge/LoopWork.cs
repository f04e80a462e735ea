using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge;

/// <summary>Something that only the gateway loop may do, asked for by others: facts to be stored, and what the gateway is to know with them.</summary>
/// <param name="Facts">Stored in one transaction of their own, before anything is applied.</param>
/// <param name="Apply">Done on the loop's thread when they are stored; must return at once.</param>
public sealed record LoopWork(IReadOnlyList<LogFact> Facts, Action<Gateway>? Apply = null)
{
    /// <summary>Another gateway goes on from here, or null.</summary>
    internal GatewaySuccession? Succession { get; init; }

    /// <summary>Completes with the sequence of the first fact when they are stored; fails with <see cref="Outputs.Evidence.LogUnavailableException"/>
    /// when the log cannot be written, and with <see cref="Outputs.Evidence.LogRefusedException"/> when it does not take what is to be applied; nothing
    /// was done then.</summary>
    public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>How another gateway takes the place of the loop's one, between two steps and on its thread.</summary>
/// <param name="Move">Told where readings go from now on, before the queue of before is closed.</param>
/// <param name="Succeed">Given the gateway of before, which has accepted all of its readings: gives the one that goes on.</param>
internal sealed record GatewaySuccession(Action<ChannelWriter<Reading>> Move, Func<Gateway, Instant, Gateway> Succeed);
