using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Core.Tests.Criteria;

public sealed class LabelProfileFileTests
{
    internal static string Folder { get; } = FindFolder();

    public static TheoryData<string> Profiles() => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Profiles))]
    public void Every_profile_of_the_folder_is_right(string file)
    {
        var (profile, mistakes) = Load(File.ReadAllText(Path.Combine(Folder, file)), file);
        Assert.True(profile is not null, string.Join('\n', mistakes));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), profile.Id);
        foreach (var criterion in profile.Criteria)
        {
            foreach (var limit in criterion.Limits.Values) Assert.All(limit.Sources, source => Assert.NotEqual("", source.Title));
            Assert.All(criterion.Settings.Values, setting => Assert.NotEqual("", setting.Source.Title));
        }
    }

    [Fact]
    public void Every_table_of_factors_is_right()
    {
        var mistakes = new List<Mistake>();
        var tables = Factors(mistakes);
        Assert.Empty(mistakes);
        Assert.Equal(["carbon", "commuting", "primary-energy"], tables.Keys.Order(StringComparer.Ordinal));
        var primary = tables["primary-energy"];
        Assert.Equal((2.3, 1.9), (primary.On("electricity", new DateOnly(2025, 12, 31))!.Value, primary.On("electricity", new DateOnly(2026, 1, 1))!.Value));
        Assert.Null(primary.On("electricity", new DateOnly(2020, 1, 1)));
    }

    [Fact]
    public void The_label_has_its_criteria_and_uses_every_kind()
    {
        var (profile, _) = Load(File.ReadAllText(Path.Combine(Folder, "ecocentre-v1.json")), "ecocentre-v1.json");
        Assert.Equal(27, profile!.Criteria.Length);
        Assert.Equal(
            ["AQ-1", "AQ-2", "AQ-3", "EN-1", "EN-2", "EN-4", "EN-6", "EV-1", "EV-2", "EV-3", "PR-1", "TH-1"],
            profile.Criteria.Where(c => c.Mandatory).Select(c => c.Id).Order(StringComparer.Ordinal));
        Assert.Equal(
            CriterionKinds.ByName.Keys.Order(StringComparer.Ordinal), profile.Criteria.Select(c => c.Kind.Name).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Columns: what is written in place of what, the place the mistake names, words of it.</summary>
    [Theory]
    [InlineData("\"kind\": \"out-of-hours\"", "\"kind\": \"out-of-ours\"", "$.criteria[0].kind", "Did you mean \"out-of-hours\"?")]
    [InlineData("\"kind\": \"out-of-hours\"", "\"kind\": \"weather\"", "$.criteria[0].kind", "Write one of")]
    [InlineData("[0.45, 0.35, 0.25]", "[0.45, 0.35, 0.4]", "$.criteria[0].limits.shareMax.levels", "make level 3 easier than level 2 (0.4 after 0.35)")]
    [InlineData("[0.45, 0.35, 0.25]", "[0.45, \"none\", 0.25]", "$.criteria[0].limits.shareMax.levels", "make level 2 easier than level 1 (none after 0.45)")]
    [InlineData("[0.45, 0.35, 0.25]", "[0.45, 0.35]", "$.criteria[0].limits.shareMax.levels", "has 2 numbers")]
    [InlineData("\"shareMax\"", "\"shareMin\"", "$.criteria[0].limits.shareMin", "is no limit of the kind")]
    [InlineData("\"unit\": \"1\", \"levels\"", "\"unit\": \"%\", \"levels\"", "$.criteria[0].limits.shareMax.unit", "read in 1")]
    [InlineData("\"source\": \"ours\" } }", "\"source\": \"our\" } }", "$.criteria[0].limits.shareMax.source", "Did you mean \"ours\"?")]
    [InlineData("\"energy\": \"main\"", "\"power\": \"main\"", "$.criteria[0].inputs.power", "is no input of the kind")]
    [InlineData("\"1h\"", "\"7min\"", "$.criteria[0].step", "does not divide an hour")]
    [InlineData("\"id\": \"EN-4\"", "\"id\": \"EN/4\"", "$.criteria[0].id", "cannot stand in a topic")]
    [InlineData("\"periods\": [\"month\"]", "\"periods\": [\"months\"]", "$.criteria[0].periods[0]", "Did you mean \"month\"?")]
    [InlineData("\"factors\": []", "\"factors\": [\"oil\"]", "$.factors[0]", "names no table of factors")]
    [InlineData("\"mandatory\": true", "\"mandatory\": true, \"colour\": 1", "$.criteria[0].colour", "is not known here")]
    public void Mistakes_name_their_place_and_a_remedy(string right, string wrong, string path, string words)
    {
        const string text = """
            { "version": "1", "title": "t", "factors": [], "sources": { "ours": { "title": "our own", "sure": "ours" } },
              "occupied": { "presenceShareMin": { "value": 0.1, "unit": "1", "source": "ours" },
                            "presenceCoverageMin": { "value": 0.5, "unit": "1", "source": "ours" } },
              "label": { "optionalShareMin": { "value": 0.8, "unit": "1", "source": "ours" } },
              "criteria": [ { "id": "EN-4", "title": "t", "kind": "out-of-hours", "mandatory": true, "step": "1h", "periods": ["month"],
                "coverageMin": { "value": 0.9, "unit": "1", "source": "ours" }, "slotCoverageMin": { "value": 0.75, "unit": "1", "source": "ours" },
                "inputs": { "energy": "main" },
                "limits": { "shareMax": { "unit": "1", "levels": [0.45, 0.35, 0.25], "source": "ours" } } } ] }
            """;
        Assert.Empty(Load(text, "a.json").Mistakes);
        Assert.Contains(right, text);
        var (profile, mistakes) = Load(text.Replace(right, wrong, StringComparison.Ordinal), "a.json");
        Assert.Null(profile);
        Assert.Contains(mistakes, m => m.Path == path && m.ToString().Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_centre_lacks_is_named_and_not_applicable()
    {
        var (profile, _) = Load(File.ReadAllText(Path.Combine(Folder, "ecocentre-v1.json")), "ecocentre-v1.json");
        var engine = new Verdicts(profile!, new CentreFacts { Zone = TimeZoneInfo.Utc, Spaces = [new Space("room", "Room", null) { PeopleMax = 4 }] });
        var missing = engine.Criteria.ToDictionary(c => c.Criterion.Id, c => string.Join("; ", c.Missing));
        Assert.Equal("AQ-4 needs pm.2-5: no such point", missing["AQ-4"]);
        Assert.Equal("EN-4 needs points of the role \"main\": the site names none", missing["EN-4"]);
        Assert.Contains("EN-1 needs the declared fact \"energyReference\": the site states none", missing["EN-1"]);
        Assert.All(["EV-3", "PR-1"], id => Assert.Equal("", missing[id]));
    }

    internal static (LabelProfile? Profile, List<Mistake> Mistakes) Load(string text, string file)
    {
        var mistakes = new List<Mistake>();
        return (LabelProfileFile.Parse(file, text, Factors(mistakes), mistakes), mistakes);
    }

    private static Dictionary<string, FactorTable> Factors(List<Mistake> mistakes) =>
        Directory.EnumerateFiles(Path.Combine(Folder, "factors"), "*.json").Select(f => LabelProfileFile.ParseFactors(f, File.ReadAllText(f), mistakes))
            .OfType<FactorTable>().ToDictionary(t => t.Name);

    private static string FindFolder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Ecocentre.Edge.sln"))) root = root.Parent ?? throw new InvalidOperationException("no root");
        return Path.Combine(root.FullName, "config", "labels");
    }
}
