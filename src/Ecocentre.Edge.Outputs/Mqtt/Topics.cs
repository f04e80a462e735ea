using System.Diagnostics.CodeAnalysis;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>The MQTT topics of one centre: <c>ecocentre/v1/{centre}/…</c>. A contract for outsiders: topics are added, never
/// changed.</summary>
public sealed record Topics
{
    private const string Root = "ecocentre/v1/";

    // Room for 64 characters of a name a person chooses; MQTT itself would take 65,535 bytes for the whole topic.
    private const int CentreLengthMax = 64;

    /// <exception cref="ArgumentException">The id is not <see cref="IsCentreId"/>.</exception>
    public Topics(string centre)
    {
        if (!IsCentreId(centre))
            throw new ArgumentException($"\"{centre}\" cannot stand in a topic: write 1 to {CentreLengthMax} of a-z 0-9 and -.", nameof(centre));
        Centre = centre;
    }

    public string Centre { get; }

    /// <summary>Retained: whether the gateway is there; the will says when it is not.</summary>
    public string Status => $"{Root}{Centre}/status";

    /// <summary>Batches of log entries as InfluxDB line protocol.</summary>
    public string Log => $"{Root}{Centre}/log";

    /// <summary>Retained: the signed head of the evidence tree.</summary>
    public string Checkpoint => $"{Root}{Centre}/checkpoint";

    /// <summary>From an ingest: the database has taken a range.</summary>
    public string Ack => $"{Root}{Centre}/ack";

    /// <summary>From a database that lost its past: send a range again.</summary>
    public string Replay => $"{Root}{Centre}/replay";

    /// <summary>A word of the gateway to itself, by which it knows that the broker has given back all that it retains.</summary>
    public string Discovery => $"{Root}{Centre}/discovery";

    /// <summary>Retained: the newest reading of a point.</summary>
    public string Point(string point) => string.Concat(Root, Centre, "/points/", point);

    /// <summary>Retained: the state of a desk.</summary>
    public string Desk(string desk) => $"{Root}{Centre}/desks/{desk}";

    /// <summary>Retained: the verdict of a criterion so far.</summary>
    public string Criterion(string criterion) => $"{Root}{Centre}/criteria/{criterion}";

    /// <summary>Filter for the logs of every centre.</summary>
    public static string EveryLog => $"{Root}+/log";

    /// <summary>The same as a shared subscription: each message goes to one member of the group.</summary>
    public static string EveryLogShared(string group) => $"$share/{group}/{EveryLog}";

    /// <summary>A centre id is 1 to 64 of <c>a-z 0-9 -</c>, beginning and ending with a letter or digit.</summary>
    public static bool IsCentreId([NotNullWhen(true)] string? id)
    {
        if (id is null || id.Length is 0 or > CentreLengthMax || id[0] == '-' || id[^1] == '-') return false;
        foreach (var character in id)
            if (character is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) return false;
        return true;
    }

    /// <summary>The centre whose topic this is.</summary>
    /// <returns>False when the topic is not one of ours.</returns>
    public static bool TryReadCentre(string topic, [NotNullWhen(true)] out string? centre)
    {
        centre = null;
        if (!topic.StartsWith(Root, StringComparison.Ordinal)) return false;
        var end = topic.IndexOf('/', Root.Length);
        if (end < 0 || !IsCentreId(topic[Root.Length..end])) return false;
        centre = topic[Root.Length..end];
        return true;
    }
}
