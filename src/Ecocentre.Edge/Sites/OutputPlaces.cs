using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.HomeAssistant;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Sparkplug;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads from a site file where the log lies and who is told.</summary>
/// <param name="folder">Folder of the site file; relative paths are meant beside it.</param>
internal sealed class OutputPlaces(string folder, string file, List<Mistake> mistakes)
{
    private const long BytesMaxLimit = 1_000_000_000_000;

    // A password file with a private key or a certificate in it by mistake is longer than this.
    private const int SecretLengthMax = 4096;

    private static readonly Dictionary<string, MqttAcknowledge> Acknowledges = new()
    {
        ["database"] = MqttAcknowledge.Database, ["broker"] = MqttAcknowledge.Broker,
    };

    /// <summary>The words for the kinds of database, in site files and on the command line.</summary>
    internal static readonly Dictionary<string, InfluxFlavour> Flavours = new()
    {
        ["v1"] = InfluxFlavour.Influx1, ["v2"] = InfluxFlavour.Influx2, ["v3"] = InfluxFlavour.Influx3, ["victoria"] = InfluxFlavour.VictoriaMetrics,
    };

    internal static LogOptions Log(JsonPlace place)
    {
        var usual = LogOptions.Default;
        return usual with
        {
            BytesMax = place.Optional("bytesMax") is { } bytes ? Bytes.Read(bytes, LogOptions.BytesMaxFloor, BytesMaxLimit) : usual.BytesMax,
            Keep = place.Optional("keepMinutes")?.Duration(min: usual.RestoreKeep) ?? usual.Keep,
            EvidenceKeep = place.Optional("keep")?.Duration(min: TimeSpan.FromDays(1)) ?? usual.EvidenceKeep,
        };
    }

    internal MqttOptions? Mqtt(JsonPlace place, string centre)
    {
        var before = mistakes.Count;
        var usual = Broker(place);
        var options = usual with
        {
            ClientId = place.Optional("clientId")?.Text() ?? $"ecocentre-{centre}",
            Acknowledge = place.Optional("acknowledge")?.Word(Acknowledges) ?? MqttAcknowledge.Database,
            AcknowledgeTimeout = place.Optional("acknowledgeTimeout")?.Duration() ?? TimeSpan.FromSeconds(30),
            LivePeriod = place.Optional("live")?.Duration() ?? usual.LivePeriod,
            LivePerSecondMax = place.Optional("livePerSecond")?.Integer() ?? usual.LivePerSecondMax,
        };
        if (mistakes.Count == before) mistakes.AddRange(options.Check(file, place.Path));
        return options;
    }

    internal HomeAssistantOptions HomeAssistant(JsonPlace place)
    {
        var before = mistakes.Count;
        var usual = new HomeAssistantOptions();
        var options = usual with
        {
            Prefix = place.Optional("prefix")?.Text() ?? usual.Prefix, Desks = place.Optional("desks")?.Flag() ?? usual.Desks,
        };
        if (mistakes.Count == before) mistakes.AddRange(options.Check(file, place.Path));
        return options;
    }

    internal SparkplugOptions Sparkplug(JsonPlace place, string centre)
    {
        var before = mistakes.Count;
        // Nothing is asked of a database here, and a broker's own word is all that Sparkplug knows.
        var broker = Broker(place) with { ClientId = place.Optional("clientId")?.Text() ?? $"ecocentre-{centre}-sparkplug" };
        var options = new SparkplugOptions(broker, place.Optional("group")?.Text() ?? "Ecocentre", place.Optional("node")?.Text() ?? centre)
        {
            PrimaryHost = place.Optional("primaryHost")?.Text(),
        };
        if (mistakes.Count == before) mistakes.AddRange(options.Check(file, place.Path));
        return options;
    }

    /// <summary>A broker that is only listened to.</summary>
    internal MqttOptions Broker(JsonPlace place, string clientId)
    {
        var before = mistakes.Count;
        var options = Broker(place) with { ClientId = place.Optional("clientId")?.Text() ?? clientId };
        if (mistakes.Count == before) mistakes.AddRange(options.Check(file, place.Path));
        return options;
    }

    internal InfluxOptions? Influx(JsonPlace place)
    {
        var before = mistakes.Count;
        var options = new InfluxOptions
        {
            Url = Address(place["url"]),
            Flavour = place.Optional("flavour")?.Word(Flavours) ?? InfluxFlavour.Influx1,
            Database = place.Optional("database")?.Text() ?? "",
            Organisation = place.Optional("organisation")?.Text(),
            RetentionPolicy = place.Optional("retentionPolicy")?.Text(),
            User = place.Optional("user")?.Text(),
            Password = Secret(place, "password"),
            Token = Secret(place, "token"),
            AuthorityFile = Authority(place),
            Gzip = place.Optional("gzip")?.Flag() ?? false,
            CreateDatabase = place.Optional("createDatabase")?.Flag() ?? false,
            Timeout = place.Optional("timeout")?.Duration() ?? TimeSpan.FromSeconds(10),
        };
        if (mistakes.Count == before) mistakes.AddRange(options.Check(file, place.Path));
        return options;
    }

    private MqttOptions Broker(JsonPlace place) => new()
    {
        Broker = Address(place["broker"]),
        ClientId = "",
        User = place.Optional("user")?.Text(),
        Password = Secret(place, "password"),
        AuthorityFile = Beside(place.Optional("ca")),
        CertificateFile = Beside(place.Optional("certificate")),
        KeyFile = Beside(place.Optional("key")),
        KeepAlive = place.Optional("keepAlive")?.Duration() ?? TimeSpan.FromSeconds(15),
    };

    internal static Uri Address(JsonPlace place)
    {
        var text = place.Text();
        if (Uri.TryCreate(text, UriKind.Absolute, out var address)) return address;
        if (text.Length > 0) place.Wrong($"\"{text}\" is no address.",
            "Write it with its scheme, as in \"mqtt://broker:1883\" or \"http://database:8086\".");
        return new Uri("mqtt://invalid");
    }

    /// <summary>The authorities that an https server is believed by; a missing file is told at the start, not at the first delivery.</summary>
    internal string? Authority(JsonPlace place)
    {
        if (place.Optional("ca") is not { } named) return null;
        var path = Path.Combine(folder, named.Text());
        if (!File.Exists(path)) named.Wrong($"{path} is not there.", "Name a PEM file of the authority's certificate, which the service may read.");
        return path;
    }

    private string? Beside(JsonPlace? place) => place is null ? null : Path.Combine(folder, place.Text());

    /// <summary>The one line of the file that <c>{what}File</c> names. The secret itself has no place in a site file.</summary>
    internal string? Secret(JsonPlace place, string what)
    {
        if (place.Optional(what) is { } bare) bare.Wrong("A secret stands in the site file.",
            $"Put it into a file of its own, readable by the service only, and name that with \"{what}File\".");
        if (place.Optional(what + "File") is not { } named) return null;
        var path = Path.Combine(folder, named.Text());
        try
        {
            var text = File.ReadAllText(path).TrimEnd('\r', '\n');
            if (text.Length is > 0 and <= SecretLengthMax && !text.Contains('\n')) return text;
            named.Wrong($"{path} does not hold one line.", $"Put the {what} alone into it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            named.Wrong($"cannot be read: {e.Message}", "Check the path, and that the service may read it.");
        }
        return null;
    }
}
