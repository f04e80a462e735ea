using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads the desks of a site file, and the rules by which their sensors become their states.</summary>
internal sealed class DeskPlaces(ImmutableArray<Space> spaces)
{
    // A meeting's length: who holds a desk for longer hides that it is free.
    private static readonly TimeSpan HoldMax = TimeSpan.FromHours(4);

    private static readonly TimeSpan StuckMin = TimeSpan.FromMinutes(30), StuckMax = TimeSpan.FromDays(7);

    private const int ChatterMax = 100_000;

    private static readonly Dictionary<string, DeskRule> RuleWords = new()
    {
        ["any"] = DeskRule.Any, ["all"] = DeskRule.All, ["majority"] = DeskRule.Majority, ["primary"] = DeskRule.Primary,
    };

    internal static bool IsPresence(Quantity quantity) => quantity.Name is "presence" or "contact";

    /// <summary>The rules of a site or of one desk.</summary>
    /// <param name="usual">What counts for what is not said.</param>
    internal static DeskRules Rules(JsonPlace place, DeskRules usual)
    {
        var rules = usual with
        {
            Rule = place.Optional("rule")?.Word(RuleWords) ?? usual.Rule,
            OnDelay = place.Optional("onDelay")?.Duration(min: TimeSpan.Zero, max: HoldMax) ?? usual.OnDelay,
            HeldAfter = place.Optional("heldAfter")?.Duration(min: TimeSpan.Zero, max: HoldMax) ?? usual.HeldAfter,
            Hold = place.Optional("hold")?.Duration(min: TimeSpan.Zero, max: HoldMax) ?? usual.Hold,
            StuckAfter = place.Optional("stuckAfter")?.Duration(StuckMin, StuckMax) ?? usual.StuckAfter,
            ChatterEdgesMax = place.Optional("chatterEdgesMax")?.Integer(1, ChatterMax) ?? usual.ChatterEdgesMax,
        };
        if (place.Optional("heldAfter") is not null && rules is { Hold: { } hold, HeldAfter: { } held } && held > hold)
            place["heldAfter"].Wrong("is longer than \"hold\".", "A desk is held before it is free: make it shorter.");
        return rules;
    }

    internal ImmutableArray<Desk> Read(JsonPlace root, DeskRules usual, PointNames points)
    {
        var (ids, refs) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        var desks = ImmutableArray.CreateBuilder<Desk>();
        foreach (var place in root.Optional("desks")?.Items() ?? [])
        {
            var id = place["id"].Name();
            DevicePlaces.Unique(ids, id, place["id"], "is the id of an earlier desk");
            var reference = place.Optional("ref")?.Text() ?? id;
            DevicePlaces.Unique(refs, reference, place.Optional("ref") ?? place["id"], "is the booking system's id of an earlier desk");
            var space = Space(place["space"]);
            desks.Add(new Desk(id, reference, space, Sensors(place.Optional("sensors"), points))
            {
                Rules = Rules(place, usual), At = place.Optional("at") is { } at ? FloorPlaces.Desk(at, spaces.FirstOrDefault(s => s.Id == space)) : null,
            });
        }
        return desks.ToImmutable();
    }

    private static ImmutableArray<PointId> Sensors(JsonPlace? places, PointNames points)
    {
        var sensors = ImmutableArray.CreateBuilder<PointId>();
        foreach (var place in places?.Items() ?? [])
        {
            if (points.Find(place, "presence", IsPresence) is not { } sensor) continue;
            if (sensors.Contains(sensor.Id)) place.Wrong($"{sensor.Name} stands here twice.", "Keep it once.");
            else sensors.Add(sensor.Id);
        }
        return sensors.ToImmutable();
    }

    private string Space(JsonPlace place)
    {
        var id = place.Name();
        if (id.Length > 0 && spaces.All(s => s.Id != id))
            place.Wrong($"There is no space \"{id}\".", JsonPlace.Nearest(id, spaces.Select(s => s.Id)) is { } near
                ? $"Did you mean \"{near}\"?" : "Add it to \"spaces\".");
        return id;
    }
}
