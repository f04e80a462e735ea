using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Tests.Reports.Words;

public sealed class ToldSentencesTests
{
    [Fact]
    public void Pages_are_told_what_the_label_the_engine_and_the_gateway_say()
    {
        var told = ToldSentences.All.ToDictionary(sentence => sentence.English, sentence => sentence.French);
        Assert.All(ReportBench.Profile.Criteria, criterion => Assert.Contains(criterion.Title, told));
        Assert.All(EngineWords.All.Concat(ConditionWords.All), phrase => Assert.Equal(phrase.French, told[phrase.English]));
    }
}
