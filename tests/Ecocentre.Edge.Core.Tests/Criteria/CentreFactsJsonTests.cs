using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Core.Tests.Criteria;

public sealed class CentreFactsJsonTests
{
    private static readonly CentreFacts Centre = new()
    {
        Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"),
        Spaces = [new Space("hall", "Grande salle", "0") { AreaSquareMetres = 90.1, HeightMetres = 2.7, PeopleMax = 12 }, new Space("store", "Dépôt", null)],
        Desks = [new Desk("d1", "d1", "hall", []), new Desk("d2", "d2", "hall", [])],
        Opening = new OpeningHours(
            [new OpenStretch(DayOfWeek.Monday, TimeSpan.FromHours(8), TimeSpan.FromHours(18.5)), new OpenStretch(DayOfWeek.Sunday, default,
                TimeSpan.FromDays(1))],
            [new DateOnly(2026, 7, 14)]),
        Points = [new Series("hall.co2", "co2", "ppm", PointKind.Gauge, "air", "hall"), new Series("main", "energy.active.import", "kWh",
            PointKind.Counter, "main", null)],
        EntryPoints = [new EntryPoint("waste", "kg", EntryKind.Amount, null), new EntryPoint("gas", "m³", EntryKind.Register, "store")],
        Roles = new Dictionary<string, ImmutableArray<string>> { ["waste"] = ["waste"], ["main"] = ["main"] }.ToImmutableDictionary(),
        Facts = new Dictionary<string, DeclaredFact>
        {
            ["people"] = new("people", 1.0 / 3, "1", "said \"so\""), ["unknown"] = new("unknown", double.NaN, "", ""),
        }.ToImmutableDictionary(),
        Instruments = new Dictionary<string, Instrument>
        {
            ["air"] = new("air") { Serial = "7", HeightMetres = 1.1, Calibrated = new DateOnly(2026, 1, 10), CalibrationMonths = 24, SelfCalibration = false },
        }.ToImmutableDictionary(),
    };

    [Fact]
    public void What_was_written_is_read_and_written_the_same_again()
    {
        var text = CentreFactsJson.Write(Centre);
        var mistakes = new List<Mistake>();
        var read = CentreFactsJson.Read("facts.json", text, mistakes);
        Assert.Empty(mistakes);
        Assert.Equal(text, CentreFactsJson.Write(read!));
        Assert.Equal(Centre.Spaces.AsEnumerable(), read!.Spaces);
        Assert.Equal(Centre.Points.AsEnumerable(), read.Points);
        Assert.Equal(Centre.EntryPoints.AsEnumerable(), read.EntryPoints);
        Assert.Equal(Centre.Opening.Weekly.AsEnumerable(), read.Opening.Weekly);
        Assert.Equal(Centre.Opening.Holidays.AsEnumerable(), read.Opening.Holidays);
        Assert.Equal(Centre.Facts.OrderBy(f => f.Key), read.Facts.OrderBy(f => f.Key));
        Assert.Equal(Centre.Instruments["air"], read.Instruments["air"]);
        Assert.Equal(["waste"], read.Roles["waste"].AsEnumerable());
        Assert.Equal("Europe/Paris", read.Zone.Id);
        Assert.DoesNotContain('\n', text);
    }

    [Fact]
    public void The_same_facts_give_the_same_text_however_maps_were_filled()
    {
        var other = Centre with { Roles = Centre.Roles.Remove("main").Add("main", ["main"]), Facts = Centre.Facts.Reverse().ToImmutableDictionary() };
        Assert.Equal(CentreFactsJson.Write(Centre), CentreFactsJson.Write(other));
    }

    [Theory]
    [InlineData("{\"version\":2}", "newer")]
    [InlineData("[]", "object")]
    [InlineData("{", "not JSON")]
    public void What_is_not_ours_is_refused_with_words(string text, string words)
    {
        var mistakes = new List<Mistake>();
        Assert.Null(CentreFactsJson.Read("facts.json", text, mistakes));
        Assert.Contains(mistakes, m => m.ToString().Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_nobody_knows_is_a_mistake()
    {
        var mistakes = new List<Mistake>();
        Assert.Null(CentreFactsJson.Read("facts.json", CentreFactsJson.Write(Centre).Replace("\"source\":", "\"sauce\":", StringComparison.Ordinal), mistakes));
        Assert.NotEmpty(mistakes);
    }
}
