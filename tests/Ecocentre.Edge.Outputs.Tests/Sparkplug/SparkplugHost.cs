using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Mqtt;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Sparkplug;

/// <summary>A host application at a real broker: hears everything that a node says, judges it by the rules, and can ask for births.</summary>
internal sealed class SparkplugHost : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(string Verb, string Device, HeardPayload Payload)> _heard = [];
    private readonly List<MqttMessage> _messages = [];
    private readonly SparkplugRules _rules;
    private readonly string _group, _node;
    private readonly Task _taking;

    private SparkplugHost(MqttLink link, string group, string node)
    {
        (Link, _group, _node) = (link, group, node);
        _rules = new SparkplugRules(group, node);
        _taking = TakeAsync();
    }

    public MqttLink Link { get; }

    public static async Task<SparkplugHost> StartAsync(Mosquitto broker, string group = "Ecocentre", string node = "lyon-1") =>
        new(await new MosquittoLink(LinkBench.Options(broker), null, TimeProvider.System, new Random(2)).ConnectedAsync("spBv1.0/#"), group, node);

    /// <summary>Looks at all that was heard and at the rules, while nothing more arrives.</summary>
    public T Look<T>(Func<IReadOnlyList<(string Verb, string Device, HeardPayload Payload)>, SparkplugRules, T> look)
    {
        lock (_lock) return look(_heard, _rules);
    }

    public IReadOnlyList<MqttMessage> Messages
    {
        get { lock (_lock) return [.. _messages]; }
    }

    /// <summary>Verbs with their devices in the order heard.</summary>
    public string[] Verbs => Look((heard, _) => heard.Select(one => one.Device.Length == 0 ? one.Verb : $"{one.Verb} {one.Device}").ToArray());

    public void AssertRules() => Assert.Equal([], Look((_, rules) => rules.Broken.ToArray()));

    /// <summary>Sequences of the log's entries that were told.</summary>
    public HashSet<long> Entries =>
        Look((heard, _) => heard.SelectMany(one => one.Payload.Metrics).Select(metric => metric.Entry).Where(entry => entry > 0).ToHashSet());

    /// <summary>What the host held is gone; it comes back in the middle of something.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _heard.Clear();
            _rules.Join();
        }
    }

    /// <summary>Forgets everything when the broker is gone, also what was still on its way: a birth from before would be taken for the beginning of what
    /// comes after.</summary>
    public async Task LoseBrokerAsync()
    {
        await LinkBench.UntilAsync(() => !Link.IsConnected, () => "The host has not noticed.");
        lock (_lock)
        {
            HearAll();
            Forget();
        }
    }

    public Task UntilAsync(Func<string[], bool> isSo) => LinkBench.UntilAsync(() => isSo(Verbs), () => "Heard: " + string.Join(", ", Verbs));

    /// <summary>Asks for births as hosts do: by name.</summary>
    public Task<string?> AskAsync(byte[]? payload = null) =>
        Link.TellAsync(new MqttMessage($"spBv1.0/{_group}/NCMD/{_node}", payload ?? Command("Node Control/Rebirth", true)));

    public static byte[] Command(string name, bool value)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(name);
        byte[] metric = [0x0A, (byte)text.Length, .. text, 0x20, 11, 0x70, (byte)(value ? 1 : 0)];
        return [0x08, 1, 0x12, (byte)metric.Length, .. metric];
    }

    public async ValueTask DisposeAsync()
    {
        await Link.DisposeAsync();
        await _taking;
    }

    private async Task TakeAsync()
    {
        while (await Link.Incoming.WaitToReadAsync())
            lock (_lock) HearAll();
    }

    private void HearAll()
    {
        while (Link.Incoming.TryRead(out var message))
        {
            var parts = message.Topic.Split('/');
            if (parts is not [_, not "STATE", not "NCMD", ..] || parts[2] == "NCMD") continue;
            _messages.Add(message);
            _heard.Add((parts[2], parts.Length > 4 ? parts[4] : "", _rules.Hear(message)));
        }
    }
}
