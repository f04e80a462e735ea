using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads <c>"label": { "profile": "ecocentre-v1", "points": { "main": ["main.energy.active.import"] }, "facts": { "people": { "value": 12,
/// "unit": "1", "source": "…" } } }</c>, and the profile it names.</summary>
/// <param name="points">Points a role may name.</param>
/// <param name="entries">Names of what people enter by hand.</param>
internal sealed class LabelPlaces(PointNames points, IReadOnlyCollection<string> entries, List<Mistake> mistakes)
{
    /// <summary>Folder of the program's own profiles.</summary>
    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "labels");

    /// <returns>Null after a mistake.</returns>
    internal LabelOptions? Read(JsonPlace place)
    {
        var (profile, text, factors) = Load(place["profile"]);
        var roles = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        foreach (var (role, items) in place.Optional("points")?.Members() ?? [])
        {
            IsAsked(items, role, profile, InputSort.Role, InputSort.Records);
            roles[role] = [.. items.Items(1).Select(item => NameOf(item, role)).OfType<string>()];
        }
        var facts = ImmutableDictionary.CreateBuilder<string, DeclaredFact>();
        foreach (var (name, fact) in place.Optional("facts")?.Members() ?? [])
        {
            IsAsked(fact, name, profile, InputSort.Fact);
            if (name == DeclaredStage.StageFact)
                fact.Wrong("How far the evidence is proven is not declared, it follows from the log.", "Remove it; `label status` shows what the log tells.");
            facts[name] = new DeclaredFact(name, fact["value"].Number(), fact["unit"].Text(), fact["source"].Text());
        }
        return profile is null ? null : new LabelOptions(profile, roles.ToImmutable(), facts.ToImmutable())
        {
            ProfileText = text, FactorTexts = factors.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    private string? NameOf(JsonPlace item, string role) =>
        item.IsText && entries.Contains(item.Text()) ? item.Text() : points.Find(item, role, static _ => true)?.Name;

    /// <summary>A role or fact that no criterion asks for is a typing error more often than not.</summary>
    private static void IsAsked(JsonPlace place, string name, LabelProfile? profile, params InputSort[] sorts)
    {
        if (profile is null) return;
        var asked = profile.Criteria.SelectMany(c => c.Kind.Inputs.Where(i => sorts.Contains(i.Sort)).Select(i => c.Inputs.GetValueOrDefault(i.Name)))
            .OfType<string>().Distinct().ToArray();
        if (!asked.Contains(name))
            place.Wrong($"No criterion of {profile.FullName} asks for \"{name}\".", JsonPlace.Nearest(name, asked) is { } near
                ? $"Did you mean \"{near}\"?" : $"Known are {string.Join(", ", asked.Order(StringComparer.Ordinal))}.");
    }

    private (LabelProfile? Profile, string Text, Dictionary<string, string> Factors) Load(JsonPlace place)
    {
        var (name, texts) = (place.Text(), new Dictionary<string, string>(StringComparer.Ordinal));
        if (name.Length == 0) return (null, "", texts);
        var file = Path.Combine(Folder, name + ".json");
        if (!File.Exists(file))
        {
            string[] files = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.json") : [];
            var known = files.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
            place.Wrong($"There is no label profile \"{name}\".", $"Known are {string.Join(", ", known)}.");
            return (null, "", texts);
        }
        var factors = new Dictionary<string, FactorTable>(StringComparer.Ordinal);
        var text = File.ReadAllText(file);
        foreach (var wanted in LabelProfileFile.FactorsOf(text))
        {
            var path = Path.Combine(Folder, "factors", wanted + ".json");
            if (!File.Exists(path)) continue;
            texts[wanted] = File.ReadAllText(path);
            if (LabelProfileFile.ParseFactors(path, texts[wanted], mistakes) is { } table) factors[wanted] = table;
        }
        return (LabelProfileFile.Parse(file, text, factors, mistakes), text, texts);
    }
}
