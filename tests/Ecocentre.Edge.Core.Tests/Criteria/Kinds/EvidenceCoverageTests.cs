using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class EvidenceCoverageTests
{
    private static Criterion Coverage(double seriesShare = 1) => new()
    {
        Id = "EV-1", Title = "coverage", Kind = new EvidenceCoverage(), Step = TimeSpan.FromHours(1), Inputs = CriteriaBench.Inputs(("meters", "main")),
        Limits = CriteriaBench.Limits(("coverageMin", "1", 0.75, 0.9, 0.95), ("closureMax", "1", 0.02, 0.01, 0.005)),
        Settings = CriteriaBench.Settings(("seriesShareMin", "1", seriesShare)),
    };

    /// <summary>A day of 24 hours of which the last so many are silent.</summary>
    [Theory]
    [InlineData(1, VerdictLevel.Level3)]
    [InlineData(2, VerdictLevel.Level2)]
    [InlineData(6, VerdictLevel.Level1)]
    [InlineData(7, VerdictLevel.NotMet)]
    public void Each_series_must_be_known_for_long_enough(int silent, VerdictLevel level)
    {
        var bench = new CriteriaBench().Point("m.energy", "energy.active.import", null, at => at.Hour >= 24 - silent ? double.NaN : 1).Role("main", "m.energy")
            .Criterion(Coverage()).Live("2026-11-16", "2026-11-16");
        Assert.Equal(level, bench.Verdict("2026-11-16").Level);
        Assert.Equal((24.0 - silent) / 24, bench.Verdict("2026-11-16").Finding.Value, 9);
    }

    /// <summary>A meter of 100 kWh a day; on the last day, windows lost so many of them while the register went on.</summary>
    [Theory]
    [InlineData(0, false, VerdictLevel.Level3)]
    [InlineData(1.5, false, VerdictLevel.Level2)]
    [InlineData(3, false, VerdictLevel.Level1)]
    [InlineData(5, false, VerdictLevel.NotMet)]
    [InlineData(90, true, VerdictLevel.Level3)]
    public void Windows_close_on_the_register(double lost, bool swapped, VerdictLevel level)
    {
        var bench = new CriteriaBench { Zone = TimeZoneInfo.Utc }.Point("m.energy", "energy.active.import", null, _ => double.NaN)
            .Role("main", "m.energy").Criterion(Coverage());
        var register = 1000.0;
        for (var day = 0; day < 3; day++)
        {
            for (var quarter = 0; quarter < 96; quarter++)
            {
                register += 100.0 / 96;
                var start = Instant.From(new DateTimeOffset(2026, 11, 16 + day, 0, 0, 0, TimeSpan.Zero)) + TimeSpan.FromMinutes(15 * quarter);
                var growth = (100.0 - (day == 2 ? lost : 0)) / 96;
                bench.Engine.Accept("m.energy", new Aggregate(default, WindowKind.QuarterHour, new Window(start, TimeSpan.FromMinutes(15)), 0, 9,
                    double.NaN, double.NaN, double.NaN, register, growth, 1));
            }
        }
        if (swapped)
            bench.Engine.Accept(new LogEntry(1, new SwapRecord
            {
                Device = "m", When = Instant.From(new DateTimeOffset(2026, 11, 18, 12, 0, 0, TimeSpan.Zero)), Author = "a", Reason = "broken",
            }.ToFact()));
        bench.Engine.Advance(Instant.From(new DateTimeOffset(2026, 11, 19, 1, 0, 0, TimeSpan.Zero)));
        var verdict = bench.Verdict("2026-11");
        Assert.Equal(level, verdict.Level);
    }

    [Fact]
    public void A_share_of_the_series_may_be_let_off()
    {
        var bench = new CriteriaBench().Criterion(Coverage(0.75)).Role("main", "p0.energy");
        for (var i = 0; i < 4; i++)
        {
            var silent = i == 3;
            bench.Point($"p{i}.energy", "energy.active.import", null, _ => silent ? double.NaN : 1);
        }
        bench.Role("main", "p0.energy", "p1.energy", "p2.energy", "p3.energy").Live("2026-11-16", "2026-11-16");
        Assert.Equal((VerdictLevel.Level3, 0.75), (bench.Verdict("2026-11-16").Level, bench.Verdict("2026-11-16").Finding.Value));
    }
}
