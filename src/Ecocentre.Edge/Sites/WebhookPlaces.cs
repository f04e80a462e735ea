using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Outputs.Webhooks;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads from a site file to whom events are posted.</summary>
/// <param name="profile">The label of the site, or null.</param>
internal sealed class WebhookPlaces(OutputPlaces outputs, string file, LabelProfile? profile, List<Mistake> mistakes)
{
    // A target has a loop and connections of its own; a centre has a booking system, somebody's phone and a dashboard.
    private const int TargetsMax = 16;

    // Outdoor air and the end of what sensors measure: beyond them lie typing errors.
    private const double Co2MaxLeast = 400, Co2MaxMost = 40_000;

    private static readonly Dictionary<string, WebhookTopics> Topics = new()
    {
        ["desks"] = WebhookTopics.Desks, ["devices"] = WebhookTopics.Devices, ["incidents"] = WebhookTopics.Incidents, ["co2"] = WebhookTopics.Co2,
        ["outbox"] = WebhookTopics.Outbox, ["verdicts"] = WebhookTopics.Verdicts, ["headroom"] = WebhookTopics.Headroom,
    };

    internal ImmutableArray<WebhookOptions> Read(JsonPlace places)
    {
        var targets = ImmutableArray.CreateBuilder<WebhookOptions>();
        foreach (var place in places.Items())
        {
            var before = mistakes.Count;
            var name = place["name"].Name();
            if (targets.Any(target => target.Name == name)) place["name"].Wrong($"\"{name}\" is the name of an earlier webhook.", "Give each its own.");
            var target = new WebhookOptions
            {
                Name = name,
                Url = OutputPlaces.Address(place["url"]),
                Secret = Secret(place),
                AuthorityFile = outputs.Authority(place),
                Topics = place["events"].Items(countMin: 1).Aggregate(WebhookTopics.None, (topics, topic) => topics | topic.Word(Topics)),
                Co2Max = place.Optional("co2Max")?.Number(Co2MaxLeast, Co2MaxMost) ?? double.NaN,
                HeadroomMin = place.Optional("headroomMin") is { } headroom ? HeadroomMin(headroom) : [],
                Timeout = place.Optional("timeout")?.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)) ?? TimeSpan.FromSeconds(10),
            };
            if (mistakes.Count == before) mistakes.AddRange(target.Check(file, place.Path));
            targets.Add(target);
        }
        if (targets.Count > TargetsMax) places.Wrong($"has {targets.Count} targets.", $"Keep at most {TargetsMax}.");
        return targets.ToImmutable();
    }

    private ImmutableDictionary<string, double> HeadroomMin(JsonPlace place)
    {
        var ids = profile?.Criteria.Select(criterion => criterion.Id).ToArray() ?? [];
        var mins = ImmutableDictionary.CreateBuilder<string, double>();
        foreach (var (id, min) in place.Members())
        {
            if (!ids.Contains(id))
                min.Wrong($"\"{id}\" is no criterion of the site's label.", profile is null ? "Name a profile under \"label\" first."
                    : JsonPlace.Nearest(id, ids) is { } near ? $"Did you mean \"{near}\"?" : $"Known are {string.Join(", ", ids)}.");
            mins[id] = min.Number(min: 0);
        }
        return mins.ToImmutable();
    }

    private string Secret(JsonPlace place)
    {
        var named = place["secretFile"];
        if (named.IsMissing)
        {
            named.Wrong("is missing.", "Name a file with one line: echo whsec_$(openssl rand -base64 32)");
            return "";
        }
        return outputs.Secret(place, "secret") ?? "";
    }
}
