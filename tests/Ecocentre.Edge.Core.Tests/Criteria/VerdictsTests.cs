using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Core.Tests.Criteria;

public sealed class VerdictsTests
{
    private static readonly Criterion Humid = new()
    {
        Id = "AQ-6", Title = "humidity", Kind = new ShareWithin(), Scope = Scope.Spaces, When = When.Occupied, Step = TimeSpan.FromHours(1),
        CoverageMin = 0.75, SlotCoverageMin = 0.75, Inputs = CriteriaBench.Inputs(("value", "humidity")),
        Limits = CriteriaBench.Limits(("valueMax", "%", 70, 60, 60), ("valueMin", "%", 20, 25, 30), ("shareMin", "1", 0.95, 0.95, 0.95)),
        Settings = CriteriaBench.Settings(("areaShareMin", "1", 1)),
    };

    private static CriteriaBench Bench(Func<DateTime, double>? humidity = null) => new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
        .Point("a.humidity", "humidity", "room", humidity ?? (at => 45 + at.Hour)).Criterion(Humid);

    /// <summary>Windows of ten days in any order within reach of late ones, doubled at random, with revisions: the same text as in order. Seeded.</summary>
    [Fact]
    public void However_windows_arrive_verdicts_have_the_same_bits()
    {
        const int seed = 20261121;
        var series = new Series("a.humidity", "humidity", "%", PointKind.Gauge, "a", "room");
        var random = new Random(seed);
        var values = Enumerable.Range(0, 10 * 96).Select(_ => 20 + 60 * random.NextDouble()).ToArray();
        var start = Instant.From(new DateTimeOffset(2026, 11, 15, 23, 0, 0, TimeSpan.Zero));
        var windows = values.Select((v, i) => CriteriaBench.Aggregate(
            series, WindowKind.QuarterHour, new Window(start + TimeSpan.FromMinutes(15 * i), TimeSpan.FromMinutes(15)), v, 1)).ToArray();
        string Run(bool disorderly)
        {
            var bench = Bench();
            for (var day = 0; day < 10; day++)
            {
                var today = windows[(day * 96)..((day + 1) * 96)];
                if (disorderly)
                {
                    random.Shuffle(today);
                    // Wrong at first, mended by a revision that comes a day later.
                    foreach (var window in today.Take(5)) bench.Engine.Accept("a.humidity", window with { Mean = 99 });
                    foreach (var window in today.Skip(5)) bench.Engine.Accept("a.humidity", window);
                    foreach (var window in today.Skip(50)) bench.Engine.Accept("a.humidity", window);
                    bench.Engine.Advance(start + TimeSpan.FromHours(24 * day + 13));
                    bench.Engine.Advance(start + TimeSpan.FromHours(24 * (day + 1)) + Verdicts.SettleTime);
                    foreach (var window in today.Take(5)) bench.Engine.Accept("a.humidity", window with { Revision = 1 });
                    bench.Engine.Accept("a.humidity", today[0] with { Mean = 98 });
                }
                else foreach (var window in today) bench.Engine.Accept("a.humidity", window);
                bench.Engine.Advance(start + TimeSpan.FromHours(24 * (day + 1)) + Verdicts.SettleTime);
            }
            return string.Join('\n', new[] { "2026-11-18", "2026-W47", "2026-11", "2026", "12m-2026-11-25" }.Select(p => VerdictJson.Write(bench.Verdict(p))));
        }
        var orderly = Run(disorderly: false);
        Assert.True(orderly == Run(disorderly: true), $"seed {seed}");
        Assert.Equal(orderly, Run(disorderly: false));
    }

    [Fact]
    public void A_period_that_runs_expects_what_has_passed_and_one_that_is_over_expects_all()
    {
        var bench = Bench(_ => 45).Live("2026-11-18", "2026-11-19");
        // Wednesday and Thursday of the week; the days before there was evidence are not held against a running week.
        Assert.Equal((false, 20, 20), Told(bench.Verdict("2026-W47")));
        bench.Live("2026-11-20", "2026-11-22");
        // Monday and Tuesday were silent, and the week is over: 30 of 50.
        Assert.Equal((true, 50, 30), Told(bench.Verdict("2026-W47")));
        Assert.Equal(VerdictLevel.Undetermined, bench.Verdict("2026-W47").Level);
        Assert.Equal(VerdictLevel.Level3, bench.Verdict("2026-11-20").Level);
        // Twelve months count from their beginning, whenever the gateway came.
        Assert.Equal(VerdictLevel.Undetermined, bench.Verdict("12m-2026-11-22").Level);

        static (bool, long, long) Told(Verdict v) => (v.IsFinal, v.Coverage.Expected, v.Coverage.Valid);
    }

    [Fact]
    public void The_running_day_grows_with_its_windows()
    {
        var bench = Bench(_ => 45);
        var day = LocalDay.Of(new DateOnly(2026, 11, 16), bench.Zone);
        bench.Feed(new DateOnly(2026, 11, 16), 12);
        bench.Engine.Advance(day.Start + TimeSpan.FromHours(12) + Verdicts.SettleTime);
        var verdict = Assert.Single(bench.Engine.SoFar(PeriodKind.Day));
        Assert.Equal((false, 4, VerdictLevel.Level3), (verdict.IsFinal, verdict.Coverage.Expected, verdict.Level));
        // Nothing comes for three hours: silence shows before the day is over.
        bench.Engine.Advance(day.Start + TimeSpan.FromHours(15) + Verdicts.SettleTime);
        verdict = Assert.Single(bench.Engine.SoFar(PeriodKind.Day));
        Assert.Equal((7, 4, VerdictLevel.Undetermined), (verdict.Coverage.Expected, verdict.Coverage.Valid, verdict.Level));
    }

    /// <summary>Clocks change in the night of 29 March and of 25 October; opening hours follow the clock on the wall.</summary>
    [Theory]
    [InlineData("2026-03-29", 23)]
    [InlineData("2026-10-25", 25)]
    [InlineData("2026-11-22", 24)]
    public void Days_have_the_hours_they_have(string date, int hours)
    {
        var bench = new CriteriaBench().Space("room").Point("a.humidity", "humidity", "room", _ => 45).Criterion(Humid with { When = When.Always }).Live(date, date);
        Assert.Equal((hours, hours), (bench.Verdict(date).Coverage.Expected, bench.Verdict(date).Coverage.Valid));
        // Sunday is closed; the Monday after it is open for ten hours by the new clock.
        var monday = DateOnly.Parse(date, null).AddDays(1).ToString("yyyy-MM-dd", null);
        var open = Bench(at => at.Hour is >= 8 and < 18 ? 45 : 95).Live(date, monday);
        Assert.Equal((0, 10, VerdictLevel.Level3), (open.Verdict(date).Coverage.Expected, open.Verdict(monday).Coverage.Expected, open.Verdict(monday).Level));
    }

    [Fact]
    public void Windows_of_a_day_long_sealed_ask_for_the_whole_day_again()
    {
        var bench = Bench(_ => 45).Live("2026-11-16", "2026-11-20");
        var date = new DateOnly(2026, 11, 16);
        var series = new Series("a.humidity", "humidity", "%", PointKind.Gauge, "a", "room");
        var late = CriteriaBench.Aggregate(series, WindowKind.QuarterHour, new Window(LocalDay.Of(date, bench.Zone).Start, TimeSpan.FromMinutes(15)), 80, 1, 1);
        bench.Engine.Accept("a.humidity", late);
        Assert.Equal(date, Assert.Single(bench.Engine.StaleDays));
        bench.Engine.TakeChangedDays();
        bench.Engine.Reopen(date);
        bench.Feed(date, 13);
        bench.Engine.Advance(LocalDay.Of(new DateOnly(2026, 11, 20), bench.Zone).End + Verdicts.SettleTime);
        Assert.Empty(bench.Engine.StaleDays);
        Assert.Equal(date, Assert.Single(bench.Engine.TakeChangedDays()));
        Assert.Equal((10, 5), (bench.Verdict("2026-11-16").Coverage.Expected, bench.Verdict("2026-11-16").Coverage.Valid));
    }

    [Fact]
    public void Changing_a_number_of_the_profile_changes_only_the_verdict()
    {
        Verdict Judge(double max) => new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
            .Point("a.humidity", "humidity", "room", _ => 58).Criterion(Humid with
            {
                Limits = Humid.Limits.SetItem("valueMax", new Limit("valueMax", "%", [70, 60, max], [CriteriaBench.Source, CriteriaBench.Source, CriteriaBench.Source])),
            }).Live("2026-11-16", "2026-11-16").Verdict("2026-11-16");
        var (loose, strict) = (Judge(60), Judge(55));
        Assert.Equal((VerdictLevel.Level3, VerdictLevel.Level2), (loose.Level, strict.Level));
        Assert.Equal(
            (loose.Coverage.Expected, loose.Coverage.Valid, loose.Occupied, loose.Step),
            (strict.Coverage.Expected, strict.Coverage.Valid, strict.Occupied, strict.Step));
    }

    /// <summary>The worst mandatory criterion caps the label; of the others four in five must reach a level.</summary>
    [Theory]
    [InlineData(45, 45, VerdictLevel.Level3)]
    [InlineData(45, 27, VerdictLevel.Level2)]
    [InlineData(62, 45, VerdictLevel.Level1)]
    [InlineData(80, 45, VerdictLevel.NotMet)]
    [InlineData(double.NaN, 45, VerdictLevel.Undetermined)]
    [InlineData(double.NaN, 80, VerdictLevel.Undetermined)]
    [InlineData(45, 80, VerdictLevel.NotMet)]
    public void The_label_is_capped(double mandatory, double optional, VerdictLevel level)
    {
        var bench = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room").Space("hall", people: 0)
            .Point("a.humidity", "humidity", "room", _ => mandatory).Point("b.temperature", "temperature", "room", _ => optional)
            .Criterion(Humid with { Id = "M", Mandatory = true }).Criterion(Humid with { Id = "O", Inputs = CriteriaBench.Inputs(("value", "temperature")) })
            .Live("2026-11-16", "2026-11-16");
        Assert.Equal(level, bench.Engine.Label(Period.Containing(PeriodKind.Day, new DateOnly(2026, 11, 16))).Level);
    }
}
