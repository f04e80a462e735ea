using Ecocentre.Edge.Criteria;

namespace Ecocentre.Edge.Core.Tests.Criteria;

public sealed class VerdictJsonTests
{
    private const string Head = """{"criterion":"AQ-1","period":"2026-11","from":"2026-11-01","to":"2026-11-30","profile":"p 1","level":"level2","final":true,"revision":0""";

    [Theory]
    [InlineData(Head + ""","stepMinutes":1e300}""")]
    [InlineData(Head + ""","stepMinutes":-10}""")]
    [InlineData("""{"criterion":"AQ-1","period":"2026-11","level":"level9"}""")]
    [InlineData("""{"criterion":"AQ-1","period":"2026-13","level":"level2"}""")]
    [InlineData("""{"period":"2026-11","level":"level2"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_is_no_verdict_is_refused(string text) => Assert.Null(VerdictJson.Read(text));

    [Fact]
    public void A_verdict_reads_back_to_the_same_text()
    {
        var verdict = new Verdict
        {
            Criterion = "AQ-1", Period = Period.Containing(PeriodKind.Month, new DateOnly(2026, 11, 1)), Profile = "p 1", Level = VerdictLevel.Level2,
            IsFinal = true, Revision = 3,
            Finding = new Finding(0.96, "1", [new LevelFinding(Outcome.Met, 0.96, 0.9, "shareMin", "1", 12, "min")]) { Text = "Words \"quoted\".", Cause = "é" },
            Coverage = new VerdictCoverage(100, 98, [2, 0, 0, 0], 0.9), Step = TimeSpan.FromMinutes(10), Occupied = "measured presence",
        };
        var text = VerdictJson.Write(verdict);
        Assert.Equal(text, VerdictJson.Write(VerdictJson.Read(text)!));
    }
}
