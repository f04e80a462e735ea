using System.Diagnostics;
using System.Text;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

/// <summary>What every test of a link needs: quick options, deadlines, messages.</summary>
internal static class LinkBench
{
    /// <summary>Far beyond what anything here takes on a busy machine; reached only by a failure.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static int _clients;

    public static MqttOptions Options(Mosquitto broker) => Options(broker.Uri) with { AuthorityFile = broker.Certificates?.Authority };

    public static MqttOptions Options(Uri broker) => new()
    {
        Broker = broker,
        ClientId = $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _clients)}",
        BackoffFirst = TimeSpan.FromMilliseconds(20),
        BackoffMax = TimeSpan.FromMilliseconds(200),
    };

    public static MqttOptions Options(TcpRelay relay) => Options(new Uri($"mqtt://127.0.0.1:{relay.Port}"));

    public static MqttMessage Message(string topic, string payload = "", bool retain = false) => new(topic, Encoding.UTF8.GetBytes(payload), retain);

    public static string Text(this MqttMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    public static async Task<MqttMessage> NextAsync(this MqttLink link) => await link.Incoming.ReadAsync().AsTask().WaitAsync(Deadline);

    public static async Task<string?> TellAsync(this MqttLink link, MqttMessage message) =>
        await link.PublishAsync(message, CancellationToken.None).AsTask().WaitAsync(Deadline);

    public static async Task<MqttLink> ConnectedAsync(this MqttLink link, params string[] filters)
    {
        foreach (var filter in filters) link.Subscribe(filter);
        link.Start();
        try
        {
            await link.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Not connected: {link.Trouble}");
        }
        return link;
    }

    /// <summary>Waits until something is so, and says what was waited for when it never is.</summary>
    public static async Task UntilAsync(Func<bool> isSo, Func<string> otherwise)
    {
        for (var begun = Stopwatch.GetTimestamp(); !isSo(); await Task.Delay(10))
            if (Stopwatch.GetElapsedTime(begun) > Deadline) Assert.Fail(otherwise());
    }

    /// <summary>Waits until the link's trouble contains the words.</summary>
    public static Task UntilTroubleAsync(this MqttLink link, string words) => UntilAsync(
        () => link.Trouble?.Contains(words, StringComparison.OrdinalIgnoreCase) == true, () => $"Waited for \"{words}\" and got: {link.Trouble}");
}
