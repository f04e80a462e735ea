using System.Collections.Immutable;
using Ecocentre.Edge.Web;

namespace Ecocentre.Edge.Reports.Words;

/// <summary>The report's sentences for the pages of the gateway: one table for both.</summary>
internal static class ToldSentences
{
    internal static ImmutableArray<Sentence> All { get; } =
    [
        .. CriterionWords.Titles.Values.OrderBy(phrase => phrase.English, StringComparer.Ordinal).Concat(EngineWords.All).Concat(ConditionWords.All)
            .Select(phrase => new Sentence(phrase.English, phrase.French)),
    ];
}
