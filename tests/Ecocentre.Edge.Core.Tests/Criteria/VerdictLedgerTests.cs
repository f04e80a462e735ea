using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Core.Tests.Criteria;

public sealed class VerdictLedgerTests
{
    private static CriteriaBench Bench(double humidity = 45) => new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
        .Point("a.humidity", "humidity", "room", _ => humidity).Criterion(new Criterion
        {
            Id = "AQ-6", Title = "humidity", Kind = new ShareWithin(), Scope = Scope.Spaces, When = When.Occupied, Step = TimeSpan.FromHours(1),
            CoverageMin = 0.75, SlotCoverageMin = 0.75, Inputs = CriteriaBench.Inputs(("value", "humidity")),
            Limits = CriteriaBench.Limits(("valueMax", "%", 70, 60, 60), ("shareMin", "1", 0.95, 0.95, 0.95)), Settings = CriteriaBench.Settings(("areaShareMin", "1", 1)),
        });

    [Fact]
    public void Each_period_is_recorded_once_when_it_ends()
    {
        var bench = Bench();
        var ledger = new VerdictLedger(bench.Engine);
        var names = new List<string>();
        for (var date = new DateOnly(2026, 11, 28); date <= new DateOnly(2026, 12, 6); date = date.AddDays(1))
        {
            var text = date.ToString("yyyy-MM-dd", null);
            bench.Live(text, text);
            names.AddRange(ledger.TakeDue().Select(r => VerdictJson.Read(r.Json)!.Period.Name));
            Assert.Empty(ledger.TakeDue());
        }
        Assert.Equal(
            [
                "2026-11-28", "2026-11-29", "2026-W48", "2026-11-30", "2026-11", "12m-2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05",
                "2026-12-06", "2026-W49",
            ], names);
    }

    [Fact]
    public void A_late_window_makes_a_revision_and_only_where_it_changes_something()
    {
        var bench = Bench().Live("2026-11-16", "2026-11-17");
        var ledger = new VerdictLedger(bench.Engine);
        Assert.Equal(2, ledger.TakeDue().Length);
        var series = new Series("a.humidity", "humidity", "%", PointKind.Gauge, "a", "room");
        var day = LocalDay.Of(new DateOnly(2026, 11, 17), bench.Zone);
        Window At(int hour) => new(day.Start + TimeSpan.FromHours(hour), TimeSpan.FromMinutes(15));
        // At night nobody is there: the day is measured again and says the same.
        bench.Engine.Accept("a.humidity", CriteriaBench.Aggregate(series, WindowKind.QuarterHour, At(3), 90, 1, 1));
        bench.Engine.Advance(day.End + Verdicts.SettleTime);
        Assert.Empty(ledger.TakeDue());
        foreach (var hour in new[] { 9, 10 })
            for (var quarter = 0; quarter < 4; quarter++)
                bench.Engine.Accept("a.humidity", CriteriaBench.Aggregate(
                    series, WindowKind.QuarterHour, At(hour) with { Start = At(hour).Start + TimeSpan.FromMinutes(15 * quarter) }, 90, 1, 1));
        bench.Engine.Advance(day.End + Verdicts.SettleTime);
        var revised = VerdictJson.Read(Assert.Single(ledger.TakeDue()).Json)!;
        Assert.Equal(("2026-11-17", 1, VerdictLevel.NotMet), (revised.Period.Name, revised.Revision, revised.Level));
    }

    [Fact]
    public void After_a_restart_the_same_verdicts_are_not_recorded_again()
    {
        var bench = Bench().Live("2026-11-16", "2026-11-22");
        var records = new VerdictLedger(bench.Engine).TakeDue();
        Assert.Equal(8, records.Length);
        var again = Bench().Live("2026-11-16", "2026-11-22");
        var ledger = new VerdictLedger(again.Engine);
        foreach (var record in records) ledger.Remember(record);
        Assert.Empty(ledger.TakeDue());
        // Another configuration judges differently: the next revision of each day that had people, and of the week.
        var other = Bench(65).Live("2026-11-16", "2026-11-22");
        ledger = new VerdictLedger(other.Engine);
        foreach (var record in records) ledger.Remember(record);
        Assert.Equal(Enumerable.Repeat(1, 6), ledger.TakeDue().Select(r => VerdictJson.Read(r.Json)!.Revision));
    }

    [Fact]
    public void A_clock_that_was_half_a_century_behind_is_not_judged_day_by_day_up_to_now()
    {
        var bench = Bench().Live("1970-01-01", "1970-01-02");
        var ledger = new VerdictLedger(bench.Engine);
        ledger.TakeDue();
        bench.Live("2026-11-16", "2026-11-17");
        Assert.Equal(["2026-11-16", "2026-11-17"], ledger.TakeDue().Select(r => VerdictJson.Read(r.Json)!.Period.Name));
        Assert.Equal(new DateOnly(2026, 11, 16), bench.Engine.First);
    }

    [Fact]
    public void A_verdict_is_read_as_it_was_written()
    {
        var bench = Bench().Live("2026-11-16", "2026-11-16");
        var text = VerdictJson.Write(bench.Verdict("2026-11-16") with { Revision = 3 });
        Assert.Equal(text, VerdictJson.Write(VerdictJson.Read(text)!));
        Assert.DoesNotContain('\n', text);
        Assert.StartsWith("""{"criterion":"AQ-6","period":"2026-11-16","from":"2026-11-16","to":"2026-11-16","profile":"test 1","level":"level3","final":true,"revision":3,"value":1""", text);
        Assert.Null(VerdictJson.Read("{}"));
        Assert.Null(VerdictJson.Read("nothing"));
    }
}
