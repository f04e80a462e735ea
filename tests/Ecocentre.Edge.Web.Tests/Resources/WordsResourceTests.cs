using Ecocentre.Edge.Web.Access;

namespace Ecocentre.Edge.Web.Tests.Resources;

public sealed class WordsResourceTests
{
    [Fact]
    public async Task Every_role_is_told_the_sentences_in_both_languages()
    {
        await using var centre = await ShownCentre.StartAsync();
        foreach (var role in TokenFile.Words.Values)
        {
            var words = await ShownCentre.JsonAsync(centre.Client(centre.Token(role)), "/api/v1/words");
            var sentence = words.GetProperty("sentences").EnumerateArray().Single();
            Assert.Equal(("{0} of {1} nights.", "{0} nuits sur {1}."), (sentence.GetProperty("english").GetString(), sentence.GetProperty("french").GetString()));
        }
    }
}
