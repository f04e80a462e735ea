using Ecocentre.Edge.Campaign.Rig;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Faults;

/// <summary>Every fault that a campaign draws from.</summary>
internal static class FaultList
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. Processes(), .. DiskFaults.All, .. ClockFaults.All, .. NetworkFaults(), .. DatabaseFaults(),
    ];

    public static Task WaitAsync(Random random, double least, double most) =>
        Task.Delay(TimeSpan.FromSeconds(least + (most - least) * random.NextDouble()));

    private static IEnumerable<Fault> Processes()
    {
        (string Name, Touches What, Func<Chain, Part> Part, double FrozenMax)[] parts =
        [
            // Up to 100 s: a whole minute passes while the gateway stands still.
            ("gateway", Touches.Gateway, c => c.Gateway, 100), ("ingest", Touches.Outside, c => c.Ingest, 40), ("broker", Touches.Outside, c => c.Broker, 40),
            ("database", Touches.Outside, c => c.Store, 40), ("devices", Touches.Inside, c => c.Building, 40),
        ];
        foreach (var (name, what, part, frozenMax) in parts)
        {
            yield return new Fault($"kill-{name}", what, (chain, random) => KillAsync(part(chain), random));
            yield return new Fault($"freeze-{name}", what, async (chain, random) =>
            {
                part(chain).Freeze();
                await WaitAsync(random, 1, random.Next(2) == 0 ? 10 : frozenMax);
                part(chain).Thaw();
            });
        }
        yield return new Fault("freeze-gateway-for-minutes", Touches.Gateway, async (chain, random) =>
        {
            // Longer than any keep-alive, lease or patience of those around it; whole minutes pass.
            chain.Gateway.Freeze();
            await WaitAsync(random, 100, 130);
            chain.Gateway.Thaw();
        });
        yield return new Fault("stop-gateway", Touches.Gateway, async (chain, random) =>
        {
            await chain.Gateway.StopAsync();
            await WaitAsync(random, 0, 5);
            await chain.Gateway.StartAsync();
        });
        yield return new Fault("kill-gateway-again-and-again", Touches.Gateway, async (chain, random) =>
        {
            for (var left = random.Next(3, 7); left > 0; left--)
            {
                await chain.Gateway.KillAsync();
                await chain.Gateway.StartAsync();
                // Somewhere between its first instruction and its first beats.
                await WaitAsync(random, 0, 4);
            }
        });
        yield return new Fault("kill-all-at-once", Touches.All, async (chain, random) =>
        {
            await Task.WhenAll(chain.Parts.Select(part => part.KillAsync()));
            await WaitAsync(random, 0, 10);
            foreach (var part in chain.Parts.OrderBy(_ => random.Next())) await part.StartAsync();
        });
        yield return new Fault("broker-forgets", Touches.Outside, async (chain, random) =>
        {
            await chain.Broker.KillAsync();
            chain.ForgetBroker();
            await WaitAsync(random, 0, 10);
            await chain.Broker.StartAsync();
        });
    }

    private static async Task KillAsync(Part part, Random random)
    {
        await part.KillAsync();
        await WaitAsync(random, 0, random.Next(2) == 0 ? 2 : 30);
        await part.StartAsync();
    }

    private static IEnumerable<Fault> NetworkFaults()
    {
        yield return new Fault("line-cut", Touches.Outside, async (chain, random) =>
        {
            for (var left = random.Next(1, 6); left > 0; left--)
            {
                chain.Line.Cut();
                await WaitAsync(random, 0.1, 3);
            }
        });
        yield return new Fault("line-silent", Touches.Outside, async (chain, random) =>
        {
            chain.Line.Silence(true);
            await WaitAsync(random, 2, 40);
            chain.Line.Cut();
            chain.Line.Silence(false);
        });
        yield return new Fault("line-refused", Touches.Outside, async (chain, random) =>
        {
            chain.Line.Refuse(true);
            chain.Line.Cut();
            await WaitAsync(random, 2, 30);
            chain.Line.Refuse(false);
        });
        yield return Lossy("network-cut", Touches.Outside, 100, c => [c.Line.Port, c.BrokerPort, c.Proxy.Port]);
        yield return Lossy("network-lossy", Touches.Outside, 30, c => [c.Line.Port, c.BrokerPort, c.Proxy.Port]);
        yield return Lossy("bus-cut", Touches.Inside, 100, c => [c.BusPort, c.BusPort + 1]);
        yield return Lossy("bus-lossy", Touches.Inside, 20, c => [c.BusPort, c.BusPort + 1]);
        yield return new Fault("network-slow", Touches.All, async (_, random) =>
        {
            Network.Slow(random.Next(100, 800));
            await WaitAsync(random, 5, 30);
            Network.Fast();
        }) { WhyNot = chain => chain.Network.WhyNotSlow };
    }

    private static Fault Lossy(string name, Touches what, int percent, Func<Chain, int[]> ports) => new(name, what, async (chain, random) =>
    {
        chain.Network.Lose(percent, ports(chain));
        await WaitAsync(random, 3, 40);
        chain.Network.Heal(ports(chain));
    }) { WhyNot = chain => chain.Network.WhyNoLoss };

    private static IEnumerable<Fault> DatabaseFaults()
    {
        yield return Answering("database-500", new DatabaseAnswer.Status(500, """{"error":"internal error"}"""));
        yield return Answering("database-503", new DatabaseAnswer.Status(503, """{"error":"come back"}""", RetryAfter: "2"));
        yield return Answering("database-404", new DatabaseAnswer.Status(404, """{"error":"database not found"}"""));
        yield return Answering("database-proxy-400", new DatabaseAnswer.Status(400, "<html>Bad Request</html>"));
        yield return Answering("database-hangs", new DatabaseAnswer.Hang());
        yield return Answering("database-cuts", new DatabaseAnswer.Cut(Stored: false));
        yield return Answering("database-stores-and-cuts", new DatabaseAnswer.Cut(Stored: true));
        yield return Answering("database-answer-torn", new DatabaseAnswer.Torn());
        yield return Answering("database-stores-half", new DatabaseAnswer.Half(500, """{"error":"timeout"}"""));
        yield return Answering("database-late", new DatabaseAnswer.Late(TimeSpan.FromSeconds(12)));
        yield return new Fault("database-lies", Touches.Outside, DatabaseLie.InflictAsync);
    }

    private static Fault Answering(string name, DatabaseAnswer answer) => new(name, Touches.Outside, async (chain, random) =>
    {
        // Now and then it goes through, as in life.
        var mercy = random.NextDouble() * 0.5;
        chain.Proxy.Judge = write => new Random(write.Number).NextDouble() < mercy ? null : answer;
        // Long enough to meet the end of a minute, when most is written.
        await WaitAsync(random, 5, 65);
        chain.Proxy.Judge = _ => null;
        chain.Proxy.Release();
    });
}
