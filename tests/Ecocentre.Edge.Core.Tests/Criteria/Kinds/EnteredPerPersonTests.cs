using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class EnteredPerPersonTests
{
    private static readonly string[] Flows = ["waste.residual", "waste.paper", "waste.metal", "waste.plastic", "waste.glass"];

    private static CriteriaBench Bench() => new CriteriaBench().Role("waste", Flows).Role("wasteSorted", Flows[1..]).Fact("people", 10).Criterion(new Criterion
    {
        Id = "WS-1", Title = "waste", Kind = new EnteredPerPerson(), Inputs = CriteriaBench.Inputs(("amounts", "waste"), ("sorted", "wasteSorted"), ("people", "people")),
        Limits = CriteriaBench.Limits(("perPersonYearMax", "kg", 130, 90, 60), ("sortedShareMin", "1", double.NaN, 0.7, 0.85), ("flowsMin", "1", 5, 5, 5)),
    }).Live("2026-01-01", "2026-12-31");

    private static LogEntry Entry(long sequence, string point, double kilograms, string at = "2026-06-01T12:00:00Z", long? corrects = null) =>
        new(sequence, new HandEntry
        {
            Point = point, Kind = EntryKind.Amount, When = Instant.From(DateTimeOffset.Parse(at, null)), Value = kilograms, Unit = "kg", Author = "a", Entered = default,
            Corrects = corrects, Reason = corrects is null ? null : "typing error",
        }.ToFact());

    /// <summary>Residual and four sorted flows of equal weight; ten people.</summary>
    [Theory]
    [InlineData(100, 400, VerdictLevel.Level2)]
    [InlineData(50, 500, VerdictLevel.Level3)]
    [InlineData(300, 400, VerdictLevel.Level1)]
    [InlineData(900, 500, VerdictLevel.NotMet)]
    public void Waste_is_by_person_and_by_what_was_sorted(double residual, double sorted, VerdictLevel level)
    {
        var bench = Bench();
        for (var i = 0; i < Flows.Length; i++) bench.Engine.Accept(Entry(i + 1, Flows[i], i == 0 ? residual : sorted / 4));
        var verdict = bench.Verdict("2026");
        Assert.Equal((level, (residual + sorted) / 10), (verdict.Level, verdict.Finding.Value));
    }

    [Fact]
    public void A_correction_takes_the_place_of_what_it_corrects()
    {
        var bench = Bench();
        for (var i = 0; i < Flows.Length; i++) bench.Engine.Accept(Entry(i + 1, Flows[i], 100));
        bench.Engine.Accept(Entry(6, Flows[0], 10, corrects: 1));
        bench.Engine.Accept(Entry(7, Flows[0], 20, corrects: 6));
        Assert.Equal(42, bench.Verdict("2026").Finding.Value);
    }

    [Fact]
    public void Entries_of_another_year_and_missing_flows_do_not_count()
    {
        var bench = Bench();
        for (var i = 0; i < Flows.Length; i++) bench.Engine.Accept(Entry(i + 1, Flows[i], 10, i == 4 ? "2025-06-01T12:00:00Z" : "2026-06-01T12:00:00Z"));
        Assert.Equal((VerdictLevel.NotMet, 4), (bench.Verdict("2026").Level, bench.Verdict("2026").Finding.Value));
    }

    [Fact]
    public void Nothing_entered_decides_nothing() => Assert.Equal(VerdictLevel.Undetermined, Bench().Verdict("2026").Level);
}
