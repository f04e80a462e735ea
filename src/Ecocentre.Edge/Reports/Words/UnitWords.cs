using System.Collections.Frozen;

namespace Ecocentre.Edge.Reports.Words;

/// <summary>Units that are words, and so differ by language; all others are written as they stand.</summary>
internal static class UnitWords
{
    internal static readonly FrozenDictionary<string, Phrase> All = new Dictionary<string, Phrase>(StringComparer.Ordinal)
    {
        ["d"] = new("d", "j"),
        ["a"] = new("a", "an"),
        ["days"] = new("days", "jours"),
        ["months"] = new("months", "mois"),
        ["nights"] = new("nights", "nuits"),
        ["weeks"] = new("weeks", "semaines"),
        ["events"] = new("events", "épisodes"),
        ["series"] = new("series", "séries"),
        ["instruments"] = new("instruments", "instruments"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    internal static string Of(string unit, Language language) => All.TryGetValue(unit, out var word) ? word.In(language) : unit;
}
