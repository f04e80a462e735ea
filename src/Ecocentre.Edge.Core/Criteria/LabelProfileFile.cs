using System.Collections.Immutable;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Criteria;

/// <summary>Reads a label profile: whole, or not at all with every mistake in it. Form: <c>config/schemas/label.schema.json</c>.</summary>
/// <remarks>Beyond the form it refuses kinds it does not know, limits and settings the kind does not read or lacks, units that differ from what the kind
/// reads in, sources that are not listed, and limits that contradict their own levels: a higher level may not be easier.</remarks>
public static class LabelProfileFile
{
    private const int LevelCount = 3;

    private static readonly Dictionary<string, Scope> Scopes = new() { ["centre"] = Scope.Centre, ["spaces"] = Scope.Spaces };

    private static readonly Dictionary<string, When> Whens =
        new() { ["always"] = When.Always, ["occupied"] = When.Occupied, ["unoccupied"] = When.Unoccupied, ["open"] = When.Open };

    private static readonly Dictionary<string, PeriodKind> Periods = Enum.GetValues<PeriodKind>().ToDictionary(p => p.ToString().ToLowerInvariant());

    private static readonly Dictionary<string, string> Sures = new() { ["A"] = "A", ["B"] = "B", ["C"] = "C", ["D"] = "D", ["ours"] = "ours" };

    /// <summary>Names of the factor tables a profile asks for, to be read before it; empty for text that cannot be read.</summary>
    public static ImmutableArray<string> FactorsOf(string text)
    {
        var root = JsonPlace.Parse("", text, []);
        return root is null ? [] : [.. (root.Optional("factors")?.Items() ?? []).Select(item => item.Text())];
    }

    /// <summary>Ids of the criteria of a profile; empty for text that cannot be read.</summary>
    public static ImmutableArray<string> CriteriaOf(string text)
    {
        var root = JsonPlace.Parse("", text, []);
        return root is null ? [] : [.. (root.Optional("criteria")?.Items() ?? []).Select(item => item["id"].Text()).Where(id => id != "")];
    }

    /// <summary>Reads a profile.</summary>
    /// <param name="file">As the person named it; its name without ending is the profile's id.</param>
    /// <param name="factors">Tables by the name the profile gives them.</param>
    /// <param name="mistakes">Receives every mistake.</param>
    /// <returns>Null when there was a mistake.</returns>
    public static LabelProfile? Parse(string file, string text, IReadOnlyDictionary<string, FactorTable> factors, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        if (JsonPlace.Parse(file, text, mistakes) is not { } root) return null;
        var sources = Sources(root["sources"]);
        var tables = ImmutableDictionary.CreateBuilder<string, FactorTable>();
        foreach (var item in root.Optional("factors")?.Items() ?? [])
            if (factors.TryGetValue(item.Text(), out var table)) tables[table.Name] = table;
            else item.Wrong("names no table of factors.", $"Write one of {string.Join(", ", factors.Keys)}, or add the file to the folder factors.");
        var criteria = ImmutableArray.CreateBuilder<Criterion>();
        foreach (var place in root["criteria"].Items(1))
        {
            var criterion = Criterion(place, sources);
            if (criteria.Any(c => c.Id == criterion.Id)) place["id"].Wrong($"\"{criterion.Id}\" is an earlier criterion.", "Give each its own id.");
            criteria.Add(criterion);
        }
        var profile = new LabelProfile
        {
            Id = IdOf(file), Version = root["version"].Text(), Title = root["title"].Text(), Criteria = criteria.ToImmutable(), Factors = tables.ToImmutable(),
            PresenceShareMin = Share(root["occupied"], "presenceShareMin", sources),
            PresenceCoverageMin = Share(root["occupied"], "presenceCoverageMin", sources),
            OptionalShareMin = Share(root["label"], "optionalShareMin", sources),
        };
        root.Done();
        return mistakes.Count == before ? profile : null;
    }

    /// <summary>Reads a table of dated factors.</summary>
    public static FactorTable? ParseFactors(string file, string text, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        if (JsonPlace.Parse(file, text, mistakes) is not { } root) return null;
        var sources = Sources(root["sources"]);
        root.Optional("title")?.Text();
        var rows = ImmutableArray.CreateBuilder<DatedFactor>();
        foreach (var row in root["rows"].Items(1))
        {
            if (!DateOnly.TryParseExact(row["since"].Text(), "yyyy-MM-dd", out var since))
                row["since"].Wrong("is no date.", "Write the day it begins to hold, as in \"2026-01-01\".");
            rows.Add(new DatedFactor(row["carrier"].Name(), since, row["value"].Number(0), SourceOf(row["source"], sources)));
        }
        foreach (var twice in rows.GroupBy(r => (r.Carrier, r.Since)).Where(g => g.Count() > 1))
            root["rows"].Wrong($"give \"{twice.Key.Carrier}\" twice since {twice.Key.Since:yyyy-MM-dd}.", "Keep one of them.");
        var table = new FactorTable(root["name"].Name(), root["unit"].Text(), rows.ToImmutable());
        root.Done();
        return mistakes.Count == before ? table : null;
    }

    private static string IdOf(string file) => Path.GetFileNameWithoutExtension(file);

    private static Dictionary<string, NumberSource> Sources(JsonPlace place)
    {
        var sources = new Dictionary<string, NumberSource>(StringComparer.Ordinal);
        foreach (var (id, source) in place.Members())
        {
            sources[id] = new NumberSource(id, source["title"].Text(), source["sure"].Word(Sures));
            source.Optional("link")?.Text();
        }
        return sources;
    }

    private static Setting Share(JsonPlace place, string name, Dictionary<string, NumberSource> sources)
    {
        var setting = SettingOf(place[name], new NumberShape(name, "1"), sources);
        if (setting.Value is < 0 or > 1) place[name]["value"].Wrong("is no share.", "Write a number from 0 to 1.");
        return setting;
    }

    private static Criterion Criterion(JsonPlace place, Dictionary<string, NumberSource> sources)
    {
        var kind = place["kind"].Word(CriterionKinds.ByName);
        // Of a kind that nobody knows, limits cannot be held against anything; one mistake says enough.
        var isKnown = place["kind"].IsText && JsonPlace.Nearest(place["kind"].Text(), CriterionKinds.ByName.Keys) is not null;
        var criterion = new Criterion
        {
            Id = place["id"].Text(), Title = place["title"].Text(), Kind = kind, Mandatory = place["mandatory"].Flag(),
            Scope = place.Optional("scope")?.Word(Scopes) ?? Scope.Centre, When = place.Optional("when")?.Word(Whens) ?? When.Always,
            Step = Step(place), Periods = [.. place["periods"].Items(1).Select(p => p.Word(Periods)).Distinct().Order()],
            CoverageMin = Share(place, "coverageMin", sources).Value, SlotCoverageMin = Share(place, "slotCoverageMin", sources).Value,
            Inputs = isKnown ? Inputs(place, kind) : Nothing<string>(place, "inputs"),
            Limits = isKnown ? Limits(place, kind, sources) : Nothing<Limit>(place, "limits"),
            Settings = isKnown ? Settings(place, kind, sources) : Nothing<Setting>(place, "settings"),
            Uncertainty = place.Optional("uncertainty") is { } uncertainty ? UncertaintyOf(uncertainty, sources) : null,
            DecisionRule = place.Optional("decisionRule")?.Text() ?? "simple acceptance",
        };
        place.Optional("note")?.Text();
        if (criterion.Id.Length > 0 && !criterion.Id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            place["id"].Wrong($"\"{criterion.Id}\" cannot stand in a topic.", "Write letters, digits and dashes, as in \"AQ-1\".");
        return criterion;
    }

    private static TimeSpan Step(JsonPlace place)
    {
        var quarter = TimeSpan.FromMinutes(TrackTable.QuarterMinutes);
        if (place.Optional("step") is not { } at) return quarter;
        var step = at.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        if (step >= TimeSpan.FromMinutes(1) && TimeSpan.TicksPerHour % step.Ticks == 0 && step.Ticks % TimeSpan.TicksPerMinute == 0) return step;
        if (step > TimeSpan.Zero) at.Wrong("does not divide an hour into whole minutes.", "Write 1min, 5min, 10min, 15min, 30min or 1h.");
        return quarter;
    }

    private static ImmutableDictionary<string, string> Inputs(JsonPlace place, CriterionKind kind)
    {
        var inputs = ImmutableDictionary.CreateBuilder<string, string>();
        var given = place.Optional("inputs");
        foreach (var (name, value) in given?.Members() ?? [])
        {
            if (kind.Inputs.Any(i => i.Name == name)) inputs[name] = value.Text();
            else value.Wrong($"is no input of the kind \"{kind.Name}\".", Known(kind.Inputs.Select(i => i.Name)));
        }
        foreach (var shape in kind.Inputs.Where(i => i.Required && !inputs.ContainsKey(i.Name)))
            (given ?? place).Wrong($"lacks the input \"{shape.Name}\" of the kind \"{kind.Name}\".", $"Name a {WordOf(shape.Sort)}.");
        return inputs.ToImmutable();
    }

    private static ImmutableDictionary<string, Limit> Limits(JsonPlace place, CriterionKind kind, Dictionary<string, NumberSource> sources)
    {
        var limits = ImmutableDictionary.CreateBuilder<string, Limit>();
        var given = place["limits"];
        foreach (var (name, value) in given.Members())
        {
            if (kind.Limits.FirstOrDefault(l => l.Name == name) is not { Name: not null } shape)
            {
                value.Wrong($"is no limit of the kind \"{kind.Name}\".", Known(kind.Limits.Select(l => l.Name)));
                continue;
            }
            var limit = LimitOf(value, shape, sources);
            limits[name] = limit;
            Contradictions(value, limit);
        }
        foreach (var shape in kind.Limits.Where(l => l.Required && !limits.ContainsKey(l.Name)))
            given.Wrong($"lacks the limit \"{shape.Name}\" of the kind \"{kind.Name}\".", "Give its unit, its levels and their source.");
        return limits.ToImmutable();
    }

    private static Limit LimitOf(JsonPlace place, NumberShape shape, Dictionary<string, NumberSource> sources)
    {
        var items = place["levels"].Items();
        if (items.Count != LevelCount && place["levels"].IsArray)
            place["levels"].Wrong($"has {items.Count} numbers.", "Give three, of level 1, 2 and 3; \"none\" where a level asks for nothing.");
        double[] levels = [double.NaN, double.NaN, double.NaN];
        for (var i = 0; i < Math.Min(LevelCount, items.Count); i++)
            if (!(items[i].IsText && items[i].Text() == "none")) levels[i] = items[i].Number();
        var from = place["source"];
        NumberSource[] of = from.IsArray ? [.. from.Items().Select(s => SourceOf(s, sources))] : [.. Enumerable.Repeat(SourceOf(from, sources), LevelCount)];
        if (of.Length != LevelCount)
        {
            from.Wrong($"has {of.Length} items.", "Name one source for all levels, or three.");
            of = [.. Enumerable.Repeat(new NumberSource("", "", ""), LevelCount)];
        }
        return new Limit(shape.Name, UnitOf(place, shape), [.. levels], [.. of]);
    }

    /// <summary>A higher level is at least as strict as those below it.</summary>
    private static void Contradictions(JsonPlace place, Limit limit)
    {
        for (var level = 2; level <= LevelCount; level++)
        {
            var (lower, higher) = (limit.Levels[level - 2], limit.Levels[level - 1]);
            var isEasier = limit.IsMax ? higher > lower : higher < lower;
            if (isEasier || double.IsNaN(higher) && !double.IsNaN(lower))
                place["levels"].Wrong(
                    FormattableString.Invariant($"make level {level} easier than level {level - 1} ({Show(higher)} after {Show(lower)})."),
                    $"{limit.Name} must not {(limit.IsMax ? "rise" : "fall")} from level to level.");
        }
    }

    private static string Show(double value) => double.IsNaN(value) ? "none" : FormattableString.Invariant($"{value}");

    private static ImmutableDictionary<string, Setting> Settings(JsonPlace place, CriterionKind kind, Dictionary<string, NumberSource> sources)
    {
        var settings = ImmutableDictionary.CreateBuilder<string, Setting>();
        var given = place.Optional("settings");
        foreach (var (name, value) in given?.Members() ?? [])
            if (kind.Settings.FirstOrDefault(s => s.Name == name) is { Name: not null } shape) settings[name] = SettingOf(value, shape, sources);
            else value.Wrong($"is no setting of the kind \"{kind.Name}\".", Known(kind.Settings.Select(s => s.Name)));
        foreach (var shape in kind.Settings.Where(s => s.Required && !settings.ContainsKey(s.Name)))
            (given ?? place).Wrong($"lacks the setting \"{shape.Name}\" of the kind \"{kind.Name}\".", "Give its unit, its value and its source.");
        return settings.ToImmutable();
    }

    private static Setting SettingOf(JsonPlace place, NumberShape shape, Dictionary<string, NumberSource> sources) =>
        new(shape.Name, UnitOf(place, shape), place["value"].Number(), SourceOf(place["source"], sources));

    private static InstrumentUncertainty UncertaintyOf(JsonPlace place, Dictionary<string, NumberSource> sources) =>
        new(place["absolute"].Number(0), place["relative"].Number(0, 1), place["unit"].Text(), SourceOf(place["source"], sources));

    private static string UnitOf(JsonPlace place, NumberShape shape)
    {
        var unit = place["unit"].Text();
        if (shape.Unit != "*" && unit.Length > 0 && unit != shape.Unit)
            place["unit"].Wrong($"is \"{unit}\", but {shape.Name} is read in {shape.Unit}.", $"Write it in \"{shape.Unit}\".");
        return unit;
    }

    private static NumberSource SourceOf(JsonPlace place, Dictionary<string, NumberSource> sources)
    {
        var id = place.Text();
        if (sources.TryGetValue(id, out var source)) return source;
        if (id.Length > 0)
            place.Wrong(
                $"\"{id}\" is no source of this file.",
                JsonPlace.Nearest(id, sources.Keys) is { } near ? $"Did you mean \"{near}\"?" : "Add it to sources.");
        return new NumberSource(id, "", "");
    }

    private static ImmutableDictionary<string, T> Nothing<T>(JsonPlace place, string key)
    {
        place.Optional(key);
        return ImmutableDictionary<string, T>.Empty;
    }

    private static string Known(IEnumerable<string> names)
    {
        var all = string.Join(", ", names);
        return all.Length == 0 ? "Remove it; the kind reads none." : $"It reads {all}.";
    }

    private static string WordOf(InputSort sort) => sort switch
    {
        InputSort.BySpace => "quantity that spaces have",
        InputSort.Fact => "fact that sites declare",
        _ => "role that sites give to points",
    };
}
