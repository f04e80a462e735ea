using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>How to reach an MQTT broker, and every bound of the connection. Plain values: files are read and the broker is called when the
/// link starts.</summary>
public sealed record MqttOptions
{
    // MQTT 5 (OASIS, 2019) names no default ports; 1883 and 8883 are IANA's mqtt and secure-mqtt.
    private const int PortPlain = 1883;
    private const int PortTls = 8883;

    /// <summary>Longest payload of one message. 256 KiB: about a thousand entries, and two seconds of an uplink of 1 Mbit/s.</summary>
    public const int PayloadBytesMax = 256 * 1024;

    // Room for the longest line: an incident with a text of a few sentences and all its tags.
    private const int BatchBytesMin = 4 * 1024;

    // What mosquitto was measured to take from one client at QoS 1 with a machine of its own.
    private const int LivePerSecondLimit = 100_000;

    /// <summary><c>mqtt://host:port</c>, or <c>mqtts:</c> for TLS; the port may be left out.</summary>
    public required Uri Broker { get; init; }

    /// <summary>Unique at the broker: it throws the older of two equal ones out. With <see cref="SessionExpiry"/> it also names the
    /// session.</summary>
    public required string ClientId { get; init; }

    public string? User { get; init; }

    /// <summary>The password itself, already read from where the site keeps it.</summary>
    public string? Password { get; init; }

    /// <summary>PEM file of the authority that signed the broker's certificate; null for those the system trusts. TLS only.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>PEM file of our own certificate with its chain, when the broker asks for one. TLS only.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its key, without a password.</summary>
    public string? KeyFile { get; init; }

    public MqttAcknowledge Acknowledge { get; init; } = MqttAcknowledge.Broker;

    /// <summary>With <see cref="MqttAcknowledge.Database"/>: how long the database may take before a batch is sent again.</summary>
    public TimeSpan AcknowledgeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the link may be silent before the broker is asked whether it is there; after a second such time it is gone.
    /// Whole seconds, 5 to 65,535; the broker may shorten it.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the broker keeps our subscriptions and what arrives for them while we are away; null for not at all.
    /// The gateway needs none, because its log is its memory; an ingest wants one.</summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>From looking up the name to the last subscription in place.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the broker may take to acknowledge one message.</summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before the second attempt to connect; doubled after each, up to <see cref="BackoffMax"/>, each time shortened at
    /// random by up to a half.</summary>
    public TimeSpan BackoffFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="BackoffFirst"/>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Messages under way at once, unacknowledged; others wait for a place. The broker's Receive Maximum is kept as
    /// well.</summary>
    public int InFlightMax { get; init; } = 20;

    /// <summary>Incoming messages waiting to be taken, by number and by bytes; when full the broker is not read
    /// (see <see cref="MqttLink.Incoming"/>).</summary>
    public int IncomingMax { get; init; } = 10_000;

    /// <inheritdoc cref="IncomingMax"/>
    public int IncomingBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Longest payload on the <c>log</c> topic; a batch is split at line ends to fit.</summary>
    public int BatchBytesMax { get; init; } = PayloadBytesMax;

    /// <summary>Time between two status messages while nothing changes.</summary>
    public TimeSpan StatusPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A point that changes is published at most once in this time.</summary>
    public TimeSpan LivePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Messages about points in a second, at most. 200: some 25 kB/s, a fifth of an uplink of 1 Mbit/s; a thousand points keep
    /// <see cref="LivePeriod"/>, more take turns.</summary>
    public int LivePerSecondMax { get; init; } = 200;

    /// <summary>A point that is read but does not change is published again after this time, so that its age can be seen.</summary>
    public TimeSpan LiveRefresh { get; init; } = TimeSpan.FromSeconds(60);

    public bool Tls => Broker.Scheme == "mqtts";

    public int Port => Broker.Port > 0 ? Broker.Port : Tls ? PortTls : PortPlain;

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Broker.Scheme}://{Broker.Host}:{Port} as {ClientId}";

    /// <summary>What is wrong with these values; empty when nothing is.</summary>
    /// <param name="file">The file they came from.</param>
    /// <param name="path">Place in it, such as <c>$.mqtt</c>.</param>
    public ImmutableArray<Mistake> Check(string file, string path)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        void Wrong(bool wrong, string key, string problem, string remedy)
        {
            if (wrong) mistakes.Add(new Mistake(file, $"{path}.{key}", problem, remedy));
        }
        void Seconds(TimeSpan value, string key, double min, double max) => Wrong(
            !(value.TotalSeconds >= min && value.TotalSeconds <= max),
            key, $"{value.TotalSeconds} s is not possible.", $"Write {min} to {max} s.");
        void Number(int value, string key, int min, int max) =>
            Wrong(value < min || value > max, key, $"{value} is not possible.", $"Write {min} to {max}.");

        var isAddress = Broker.IsAbsoluteUri && Broker.Scheme is ("mqtt" or "mqtts") && Broker.Host.Length > 0;
        Wrong(!isAddress, "broker", $"\"{Broker.OriginalString}\" is not the address of a broker.",
            "Write mqtt://host:port, or mqtts://host:port for TLS.");
        Wrong(isAddress && Broker.UserInfo.Length > 0, "broker", "The address holds a user name.",
            "Write user and password as keys of their own.");
        Wrong(isAddress && Broker.PathAndQuery is not ("/" or ""), "broker", "The address goes on after the port.", "End it there.");
        Wrong(ClientId.Length is 0 or > 128, "clientId", $"It has {ClientId.Length} characters.", "Write 1 to 128 characters.");
        Wrong(Password is not null && User is null, "user", "There is a password but no user.", "Name the user.");
        var tls = isAddress && Tls;
        foreach (var (value, key) in new[] { (AuthorityFile, "ca"), (CertificateFile, "certificate"), (KeyFile, "key") })
        {
            Wrong(value is not null && !tls, key, "It is only used with TLS.", "Write mqtts:// as the broker's address, or remove it.");
            Wrong(value is not null && tls && !File.Exists(value), key, $"There is no file {value}.", "Name a PEM file that exists.");
        }
        Wrong(CertificateFile is null != KeyFile is null, CertificateFile is null ? "certificate" : "key",
            "A certificate and its key belong together; one is missing.", "Name both files, or neither.");
        Seconds(KeepAlive, "keepAlive", 5, 65_535);
        Seconds(AcknowledgeTimeout, "acknowledgeTimeout", 1, 3_600);
        Number(BatchBytesMax, "batchBytes", BatchBytesMin, PayloadBytesMax);
        Number(InFlightMax, "inFlight", 1, ushort.MaxValue);
        Seconds(LivePeriod, "live", 1, 3_600);
        Number(LivePerSecondMax, "livePerSecond", 1, LivePerSecondLimit);
        return mistakes.ToImmutable();
    }
}
