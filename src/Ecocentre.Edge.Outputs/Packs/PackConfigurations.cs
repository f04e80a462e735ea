using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>Makes profile and facts of the texts that a configuration names.</summary>
internal static class PackConfigurations
{
    /// <param name="text">Gives a text by its digest, or null.</param>
    internal static PackConfiguration Read(long sequence, ConfigurationRecord record, Func<string, string?> text)
    {
        if (record.Profile is null || record.Facts is null) return new PackConfiguration(sequence, record, null, null, "The site named no label.");
        var mistakes = new List<Mistake>();
        var factors = new Dictionary<string, FactorTable>(StringComparer.Ordinal);
        foreach (var (name, digest) in record.Factors)
            if (Find(digest, text, mistakes) is { } table && LabelProfileFile.ParseFactors(PackNames.Configuration(digest), table, mistakes) is { } parsed)
                factors[name] = parsed;
        var profile = Find(record.Profile, text, mistakes) is { } profileText
            ? LabelProfileFile.Parse($"{record.ProfileName}.json", profileText, factors, mistakes) : null;
        var facts = Find(record.Facts, text, mistakes) is { } factsText
            ? CentreFactsJson.Read(PackNames.Configuration(record.Facts), factsText, mistakes) : null;
        return new PackConfiguration(sequence, record, profile, facts, mistakes.Count == 0 ? null : string.Join(" ", mistakes));
    }

    private static string? Find(string digest, Func<string, string?> text, List<Mistake> mistakes)
    {
        try
        {
            var found = text(digest);
            if (found is null) mistakes.Add(new Mistake(PackNames.Configuration(digest), "$", "This text is not in the pack.", "Export it again."));
            return found;
        }
        catch (PackException e)
        {
            mistakes.Add(new Mistake(e.Where, "$", e.Text, "Export it again."));
            return null;
        }
    }
}
