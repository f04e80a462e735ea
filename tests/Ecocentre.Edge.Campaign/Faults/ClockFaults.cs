using Ecocentre.Edge.Campaign.Rig;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Faults;

/// <summary>The wall clock of the gateway is set while it runs, or wrong when it starts. The clock stays where it was set; what follows
/// lives with it.</summary>
internal static class ClockFaults
{
    // Further ahead, databases and certificates would begin to have an opinion.
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(4);

    // So long nothing else happens after a step: the gateway looks three beats, libfaketime reads its file once a second.
    private const double SettleSeconds = 12;

    // A gateway begins to seal a minute after its start.
    private const double SealingSeconds = 60, SealedSeconds = 75;

    public static IReadOnlyList<Fault> All { get; } =
    [
        Step("clock-seconds-forward", random => TimeSpan.FromSeconds(random.Next(3, 100))),
        Step("clock-seconds-back", random => -TimeSpan.FromSeconds(random.Next(3, 100))),
        Step("clock-hours-forward", random => TimeSpan.FromSeconds(random.Next(100, 3 * 3600))),
        Step("clock-hours-back", random => -TimeSpan.FromSeconds(random.Next(100, 3 * 3600))),
        new("clock-a-day-forward", Touches.Gateway, async (chain, random) =>
        {
            await StepAsync(chain, random, TimeSpan.FromHours(25 + random.Next(0, 3)));
            // Yesterday is sealed a minute after the next start.
            await chain.Gateway.KillAsync();
            await chain.Gateway.StartAsync();
            await FaultList.WaitAsync(random, SealedSeconds, SealedSeconds + 10);
        }) { WhyNot = WhyNot },
        new("restart-and-seal", Touches.Gateway, async (chain, random) =>
        {
            // Yesterday can be sealed; while it is, the gateway is ended, in good order or not, and what begins anew seals the rest.
            await StepAsync(chain, random, TimeSpan.FromHours(25));
            for (var left = random.Next(1, 3); left > 0; left--)
            {
                await (random.Next(2) == 0 ? chain.Gateway.StopAsync() : chain.Gateway.KillAsync());
                await chain.Gateway.StartAsync();
                await FaultList.WaitAsync(random, SealingSeconds, SealingSeconds + 5);
            }
            await chain.Gateway.KillAsync();
            await chain.Gateway.StartAsync();
            await FaultList.WaitAsync(random, SealedSeconds, SealedSeconds + 10);
        }) { WhyNot = WhyNot },
        new("started-in-1970", Touches.Gateway, async (chain, random) =>
        {
            var before = chain.Clock.Offset;
            await chain.Gateway.KillAsync();
            var now = Instant.From(TimeProvider.System.GetUtcNow());
            chain.Clock.Set(TimeSpan.FromMilliseconds(-now.UnixMilliseconds) + TimeSpan.FromHours(random.Next(1, 20)));
            await chain.Gateway.StartAsync();
            await FaultList.WaitAsync(random, 5, 90);
            chain.Clock.Set(before);
            await FaultList.WaitAsync(random, SettleSeconds, SettleSeconds);
        }) { WhyNot = WhyNot },
    ];

    private static Fault Step(string name, Func<Random, TimeSpan> step) =>
        new(name, Touches.Gateway, (chain, random) => StepAsync(chain, random, step(random))) { WhyNot = WhyNot };

    private static Task StepAsync(Chain chain, Random random, TimeSpan step)
    {
        var offset = chain.Clock.Offset + step;
        chain.Clock.Set(offset > AheadMax ? TimeSpan.Zero : offset);
        return FaultList.WaitAsync(random, SettleSeconds, SettleSeconds + 10);
    }

    private static string? WhyNot(Chain chain) => chain.Clock.CanBeSet ? null : "libfaketime is not installed";
}
