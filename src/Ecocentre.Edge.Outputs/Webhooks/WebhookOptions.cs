using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Webhooks;

/// <summary>What a target wants to be told.</summary>
[Flags]
public enum WebhookTopics
{
    None = 0,

    /// <summary>Every change of a desk.</summary>
    Desks = 1,

    /// <summary>A device lost, and back.</summary>
    Devices = 2,

    /// <summary>Everything else that weakens evidence.</summary>
    Incidents = 4,

    /// <summary>CO2 above the action limit, and below it again.</summary>
    Co2 = 8,

    /// <summary>What waits to be told to the outside grows old, and is told.</summary>
    Outbox = 16,

    /// <summary>A criterion of the label that changed its level in the month that runs.</summary>
    Verdicts = 32,

    /// <summary>What may still go wrong this month before a criterion loses its level becomes little, and is enough again.</summary>
    Headroom = 64,
}

/// <summary>Somebody to whom events are posted as they happen.</summary>
public sealed record WebhookOptions
{
    /// <summary>Unique among the targets; stable, because what it was told is remembered under it.</summary>
    public required string Name { get; init; }

    public required Uri Url { get; init; }

    /// <summary>PEM file of the authorities that an https target's certificate must descend from; null for those the system trusts.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Key of the signatures: <c>whsec_</c> and Base64, or any text of one line.</summary>
    public required string Secret { get; init; }

    public required WebhookTopics Topics { get; init; }

    /// <summary>CO2 in ppm above which somebody is to act; needed for that topic alone.</summary>
    public double Co2Max { get; init; } = double.NaN;

    /// <summary>For how long CO2 must be above it, or no more, before that is told: one breath at a sensor is no event.</summary>
    public TimeSpan Co2Hold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>By id of a criterion the headroom below which somebody is to be told, in the unit in which the criterion tells its own; needed for
    /// that topic alone. Criteria that are not named are not watched.</summary>
    public ImmutableDictionary<string, double> HeadroomMin { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>How long one delivery may take until it is given up and sent again.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with these values; empty when nothing is.</summary>
    /// <param name="file">The file they came from.</param>
    /// <param name="path">Place in it, such as <c>$.webhooks[0]</c>.</param>
    public ImmutableArray<Mistake> Check(string file, string path)
    {
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        void Wrong(bool wrong, string key, string problem, string remedy)
        {
            if (wrong) mistakes.Add(new Mistake(file, $"{path}.{key}", problem, remedy));
        }

        var web = Url.IsAbsoluteUri && Url.Scheme is "http" or "https";
        Wrong(!web, "url", $"\"{Url.OriginalString}\" is no address to post to.", "Write https://host/path.");
        Wrong(web && Url.Scheme == "http" && !Url.IsLoopback, "url", "What it tells would travel in the clear.", "Write https; http is for this machine.");
        Wrong(AuthorityFile is not null && web && Url.Scheme != "https", "ca",
            "The address is http, so that no certificate is shown.", "Write https, or remove ca.");
        Wrong(web && Url.UserInfo.Length > 0, "url", "The address holds a user name.", "Remove it: deliveries are known by their signature.");
        Wrong(!WebhookSignature.IsStrong(Secret), "secretFile", $"The secret is shorter than {WebhookSignature.SecretBytesMin} bytes.",
            "Make one: echo whsec_$(openssl rand -base64 32)");
        Wrong(Topics == WebhookTopics.None, "events", "It wants to be told nothing.",
            "Name at least one of desks, devices, incidents, co2, outbox, verdicts, headroom.");
        Wrong(Topics.HasFlag(WebhookTopics.Co2) && double.IsNaN(Co2Max), "co2Max", "It is missing.", "Write the ppm above which somebody is to act.");
        Wrong(Topics.HasFlag(WebhookTopics.Headroom) && HeadroomMin.IsEmpty, "headroomMin", "It names no criterion.",
            "Write { \"CRITERION\": NUMBER }, in the unit that the label shows for its headroom.");
        return mistakes.ToImmutable();
    }

    /// <summary>Without the secret, so that it can be logged.</summary>
    public override string ToString() => $"{Name} {Url}";
}
