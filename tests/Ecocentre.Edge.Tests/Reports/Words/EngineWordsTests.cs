using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Tests.Reports.Words;

public sealed class EngineWordsTests(ITestOutputHelper output)
{
    private static readonly Tongue French = new(Language.French, CentreTruth.Zone), English = new(Language.English, CentreTruth.Zone);

    [Theory]
    [InlineData("812.5 of 2400 kWh while nobody was there.", "812,5 kWh sur 2400 en l’absence d’occupants.")]
    [InlineData("Worst of 3 spaces; those that hold a level must stand for 95 % of the floor area. Too little is known of office, ada.",
        "Le pire de 3 espaces ; ceux qui tiennent un niveau doivent représenter 95 % de la surface. Trop peu est connu de office, ada.")]
    [InlineData("31 days, 4 parameters, adjusted R² 0.91: daily CV(RMSE) 12.3 %. Too few months (1) for their spread. 40 hours are too few for a model.",
        "31 jours, 4 paramètres, R² ajusté 0,91 : CV(RMSE) journalier 12,3 %. Trop peu de mois (1) pour leur dispersion. "
        + "40 heures sont trop peu pour un modèle.")]
    [InlineData("Median unknown kW at night, 3.2 kW while occupied.", "Médiane inconnu kW la nuit, 3,2 kW en occupation.")]
    [InlineData("opening hours as declared", "horaires d’ouverture déclarés")]
    public void Known_sentences_are_told_over(string sealedText, string told)
    {
        Assert.Equal(told, EngineWords.Tell(sealedText, French, out var code));
        Assert.Equal("fr", code);
        Assert.Equal(sealedText, EngineWords.Tell(sealedText, English, out code));
        Assert.Equal("en", code);
    }

    [Fact]
    public void A_text_with_a_sentence_nobody_knows_stays_as_it_was_sealed()
    {
        Assert.Equal("Nothing was entered. The moon was full.", EngineWords.Tell("Nothing was entered. The moon was full.", French, out var code));
        Assert.Equal("en", code);
    }

    [Fact]
    public void What_the_engine_says_of_a_month_is_known()
    {
        var texts = ReportBench.Source(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31)).Verdicts
            .SelectMany(v => new[] { v.Finding.Text, v.Occupied }).Where(t => t.Length > 0).Distinct().ToArray();
        string[] unknown = [.. texts.Where(text => EngineWords.Tell(text, French, out var code) == text && code == "en")];
        foreach (var text in unknown) output.WriteLine(text);
        Assert.Empty(unknown);
    }
}
