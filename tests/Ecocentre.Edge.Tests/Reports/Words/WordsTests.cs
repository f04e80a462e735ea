using System.Reflection;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Tests.Reports.Words;

/// <summary>Everything a report can say is there in every language, with the same holes, and covers what profiles and the log can bring.</summary>
public sealed class WordsTests
{
    private static IEnumerable<(string Name, Phrase Phrase)> All =>
        typeof(Vocabulary).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Where(f => f.FieldType == typeof(Phrase))
            .Select(f => (f.Name, (Phrase)f.GetValue(null)!))
            .Concat(CriterionWords.Titles.Select(t => (t.Key, t.Value))).Concat(CriterionWords.Kinds.Select(k => (k.Key, k.Value)))
            .Concat(NumberWords.All.Select(n => (n.Key, n.Value.Phrase))).Concat(IncidentWords.All.Select(i => (i.Key.ToString(), i.Value)))
            .Concat(EngineWords.All.Concat(ConditionWords.All).Select(e => (e.English, e))).Concat(UnitWords.All.Select(u => (u.Key, u.Value)));

    [Fact]
    public void Every_phrase_is_there_in_both_languages_with_the_same_holes()
    {
        Assert.True(All.Count() > 300);
        foreach (var (name, phrase) in All)
        {
            Assert.False(string.IsNullOrWhiteSpace(phrase.English) || string.IsNullOrWhiteSpace(phrase.French), name);
            Assert.True(Holes(phrase.English).SequenceEqual(Holes(phrase.French)), $"{name}: {phrase.English} / {phrase.French}");
        }
    }

    [Fact]
    public void What_the_label_of_this_repository_says_is_known()
    {
        foreach (var criterion in ReportBench.Profile.Criteria)
        {
            Assert.True(CriterionWords.Titles.ContainsKey(criterion.Title), criterion.Title);
            Assert.True(CriterionWords.Titles.ContainsKey(criterion.DecisionRule), criterion.DecisionRule);
            Assert.True(CriterionWords.Kinds.ContainsKey(criterion.Kind.Name), criterion.Kind.Name);
            Assert.All(criterion.Limits.Keys.Concat(criterion.Settings.Keys), name => Assert.True(NumberWords.All.ContainsKey(name), name));
        }
        Assert.True(CriterionWords.Titles.ContainsKey(ReportBench.Profile.Title));
    }

    [Fact]
    public void Every_kind_of_incident_has_words() => Assert.All(Enum.GetValues<IncidentKind>(), kind => Assert.True(IncidentWords.All.ContainsKey(kind),
        $"{kind}"));

    [Fact]
    public void Names_that_no_table_knows_stand_as_they_are()
    {
        var tongue = new Tongue(Language.French, TimeZoneInfo.Utc);
        Assert.Equal("somethingNewMax", NumberWords.Name("somethingNewMax", tongue));
        Assert.Equal("12,5\u202Fppm", NumberWords.Value("somethingNewMax", 12.5, "ppm", tongue));
        Assert.Equal("A new criterion", CriterionWords.Title("A new criterion", tongue));
        Assert.Equal("en", CriterionWords.CodeOf("A new criterion", tongue));
    }

    private static IEnumerable<string> Holes(string text) => Regex.Matches(text, @"\{\d\}").Select(m => m.Value).Distinct().Order();
}
