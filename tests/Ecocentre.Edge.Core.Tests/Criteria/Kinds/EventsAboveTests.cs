using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class EventsAboveTests
{
    private static readonly Criterion Action = new()
    {
        Id = "AQ-3", Title = "CO2", Kind = new EventsAbove(), Scope = Scope.Spaces, When = When.Occupied, Step = TimeSpan.FromMinutes(5),
        CoverageMin = 0.75, SlotCoverageMin = 0.5, Inputs = CriteriaBench.Inputs(("value", "co2")),
        Limits = CriteriaBench.Limits(("dayShareMax", "1", 0.5, 0.2, 0), ("responseMinutesMax", "min", 60, 30, 30)),
        Settings = CriteriaBench.Settings(("mark", "ppm", 1500), ("eventMinutesMin", "min", 15), ("areaShareMin", "1", 1)),
    };

    /// <summary>Five occupied days; an event of so many minutes at 10:00 on so many of them.</summary>
    [Theory]
    [InlineData(0, 0, VerdictLevel.Level3)]
    [InlineData(5, 10, VerdictLevel.Level3)]
    [InlineData(1, 15, VerdictLevel.Level2)]
    [InlineData(1, 30, VerdictLevel.Level2)]
    [InlineData(1, 35, VerdictLevel.Level1)]
    [InlineData(2, 15, VerdictLevel.Level1)]
    [InlineData(3, 15, VerdictLevel.NotMet)]
    [InlineData(1, 60, VerdictLevel.Level1)]
    [InlineData(1, 65, VerdictLevel.NotMet)]
    public void Events_count_by_day_and_by_the_time_to_return(int days, int minutes, VerdictLevel level)
    {
        var bench = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
            .Point("a.co2", "co2", "room", at => (int)at.DayOfWeek <= days && at.TimeOfDay.TotalMinutes is var m && m >= 600 && m < 600 + minutes ? 1501 : 900)
            .Criterion(Action).Live("2026-11-16", "2026-11-22");
        Assert.Equal(level, bench.Verdict("2026-W47").Level);
    }

    [Fact]
    public void Bad_air_with_nobody_there_is_no_event()
    {
        var bench = new CriteriaBench { Opening = CriteriaBench.Hours("08:00", "18:00") }.Space("room")
            .Point("a.co2", "co2", "room", at => at.Hour is < 8 or >= 18 ? 2500 : 900).Criterion(Action).Live("2026-11-16", "2026-11-16");
        Assert.Equal(VerdictLevel.Level3, bench.Verdict("2026-11-16").Level);
    }
}
