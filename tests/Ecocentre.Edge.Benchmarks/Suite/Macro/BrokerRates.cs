using System.Diagnostics;
using System.Globalization;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>Messages to mosquitto at QoS 1 with 20 in flight, beside a C client on the same library and broker.</summary>
/// <remarks>Expectation: at least half of what the C client reaches, with messages of 64 bytes and of 4 kB.</remarks>
internal static class BrokerRates
{
    // The link's own bound: MqttOptions.InFlightMax.
    private const int Messages = 20_000, InFlight = 20, Turns = 3;

    internal static IEnumerable<Measure> Measures => [new("mqtt", RunAsync)];

    private static async Task RunAsync(Action<Figure> found)
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = new MosquittoLink(new MqttOptions { Broker = broker.Uri, ClientId = "benchmark" }, null, TimeProvider.System, new Random(1));
        link.Start();
        await link.WaitForConnectionAsync(CancellationToken.None);
        foreach (var bytes in (int[])[64, 4_096])
        {
            var message = new MqttMessage("ecocentre/v1/bench/log", new byte[bytes]);
            var (theirs, alone, together) = (0.0, 0.0, 0.0);
            for (var turn = 0; turn <= Turns; turn++)
            {
                var reference = await ReferenceProgram.RunAsync("mqtt-client", [.. ((int[])[broker.Port, Messages, bytes, InFlight]).Select(number =>
                    number.ToString(CultureInfo.InvariantCulture))]);
                theirs = Math.Max(theirs, reference[0]);
                // The first turn compiles.
                var (one, all) = (await AloneAsync(link, message), await TogetherAsync(link, message));
                if (turn > 0) (alone, together) = (Math.Max(alone, one), Math.Max(together, all));
            }
            found(new Figure($"messages of {bytes:N0} B, 20 callers each waiting for its own", alone, "messages/s")
            {
                Reference = theirs, Of = "C on libmosquitto, 20 in flight", RatioAtLeast = 0.5,
            });
            found(new Figure($"messages of {bytes:N0} B, handed over by hundreds", together, "messages/s")
            {
                Reference = theirs, Of = "C on libmosquitto, 20 in flight", RatioAtLeast = 0.5,
            });
        }
    }

    private static async Task<double> AloneAsync(MosquittoLink link, MqttMessage message)
    {
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            for (var i = 0; i < Messages / InFlight; i++)
                if (await link.PublishAsync(message, CancellationToken.None) is { } trouble) throw new InvalidOperationException(trouble);
        }));
        return Messages / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<double> TogetherAsync(MosquittoLink link, MqttMessage message)
    {
        const int batch = 200;
        MqttMessage[] messages = [.. Enumerable.Repeat(message, batch)];
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Messages; i += batch)
            if ((await link.PublishAllAsync(messages, CancellationToken.None)).FirstOrDefault(trouble => trouble is not null) is { } trouble)
                throw new InvalidOperationException(trouble);
        return Messages / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
