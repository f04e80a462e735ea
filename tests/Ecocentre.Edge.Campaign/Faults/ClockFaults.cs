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

    public static IReadOnlyList<Fault> All { get; } =
    [
        Step("clock-seconds-forward", random => TimeSpan.FromSeconds(random.Next(3, 100))),
        Step("clock-seconds-back", random => -TimeSpan.FromSeconds(random.Next(3, 100))),
        Step("clock-hours-forward", random => TimeSpan.FromSeconds(random.Next(100, 3 * 3600))),
        Step("clock-hours-back", random => -TimeSpan.FromSeconds(random.Next(100, 3 * 3600))),
        // Past midnight and twenty minutes: yesterday is sealed.
        Step("clock-a-day-forward", random => TimeSpan.FromHours(25 + random.Next(0, 3))),
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

    private static Fault Step(string name, Func<Random, TimeSpan> step) => new(name, Touches.Gateway, async (chain, random) =>
    {
        var offset = chain.Clock.Offset + step(random);
        chain.Clock.Set(offset > AheadMax ? TimeSpan.Zero : offset);
        await FaultList.WaitAsync(random, SettleSeconds, SettleSeconds + 10);
    }) { WhyNot = WhyNot };

    private static string? WhyNot(Chain chain) => chain.Clock.CanBeSet ? null : "libfaketime is not installed";
}
