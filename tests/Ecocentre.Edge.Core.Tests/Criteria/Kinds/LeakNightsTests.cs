using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class LeakNightsTests
{
    private static Verdict Month(int nights, int minutes, Func<DateTime, double>? presence = null)
    {
        var bench = new CriteriaBench().Space("room")
            .Point("w.water", "water", null, at => at.Day <= nights && at.TimeOfDay.TotalMinutes is var m && m >= 60 && m < 60 + minutes ? 0.01 : 0)
            .Role("water", "w.water").Criterion(new Criterion
            {
                Id = "WA-2", Title = "leak", Kind = new LeakNights(), CoverageMin = 0.75, SlotCoverageMin = 0.75, Inputs = CriteriaBench.Inputs(("water", "water")),
                Limits = CriteriaBench.Limits(("nightsMax", "d", 24, 12, 0)),
                Settings = CriteriaBench.Settings(("nightFrom", "h", 0), ("nightTo", "h", 5), ("runMinutesMin", "min", 120), ("flowMin", "m³/h", 0)),
            });
        if (presence is not null) bench.Point("room.presence", "presence", "room", presence);
        return bench.Live("2026-06-01", "2026-06-30").Verdict("2026-06");
    }

    /// <summary>24 and 12 nights a year are at most 2 and 1 in a month of 30 days (30 / 365 × 24 = 1.97, rounded up).</summary>
    [Theory]
    [InlineData(0, 120, VerdictLevel.Level3, 0)]
    [InlineData(1, 120, VerdictLevel.Level2, 1)]
    [InlineData(2, 120, VerdictLevel.Level1, 2)]
    [InlineData(3, 120, VerdictLevel.NotMet, 3)]
    [InlineData(30, 105, VerdictLevel.Level3, 0)]
    public void A_night_with_two_hours_of_flow_counts(int nights, int minutes, VerdictLevel level, double counted)
    {
        var verdict = Month(nights, minutes);
        Assert.Equal((level, counted), (verdict.Level, verdict.Finding.Value));
    }

    [Fact]
    public void A_night_with_somebody_there_does_not() => Assert.Equal(0, Month(30, 200, at => at.Hour == 2 ? 1 : 0).Finding.Value);
}
