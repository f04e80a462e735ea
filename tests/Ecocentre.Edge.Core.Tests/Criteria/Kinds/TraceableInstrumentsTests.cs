using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Criteria.Kinds;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Core.Tests.Criteria.Kinds;

public sealed class TraceableInstrumentsTests
{
    private static CriteriaBench Bench(Instrument? sensor, string? meterClass = "B")
    {
        var bench = new CriteriaBench { Zone = TimeZoneInfo.Utc }.Space("room").Point("air.co2", "co2", "room", _ => 500).Point("main.energy", "energy.active.import", null, _ => 1)
            .Role("main", "main.energy").Instrument(new Instrument("main") { AccuracyClass = meterClass }).Criterion(new Criterion
            {
                Id = "EV-2", Title = "instruments", Kind = new TraceableInstruments(), Inputs = CriteriaBench.Inputs(("meters", "main"), ("sensors", "co2")),
                Limits = CriteriaBench.Limits(("meterClassMin", "1", 2, 2, 2), ("calibrationMonthsMax", "months", 24, 12, 12), ("certificateMin", "1", 0, 0, 1)),
            });
        if (sensor is not null) bench.Instrument(sensor);
        return bench.Live("2026-11-01", "2026-11-30");
    }

    /// <summary>Judged at the end of November 2026.</summary>
    [Theory]
    [InlineData("2026-01-10", "C-1", VerdictLevel.Level3)]
    [InlineData("2026-01-10", null, VerdictLevel.Level2)]
    [InlineData("2025-11-15", "C-1", VerdictLevel.Level1)]
    [InlineData("2024-11-15", "C-1", VerdictLevel.NotMet)]
    public void Calibrations_age(string calibrated, string? certificate, VerdictLevel level)
    {
        var verdict = Bench(new Instrument("air") { Calibrated = DateOnly.Parse(calibrated, null), Certificate = certificate }).Verdict("2026-11");
        Assert.Equal((level, level == VerdictLevel.Level3 ? null : "air"), (verdict.Level, verdict.Finding.Cause));
    }

    [Fact]
    public void A_sensor_that_only_calibrates_itself_is_not_traceable() =>
        Assert.Equal(VerdictLevel.NotMet, Bench(new Instrument("air") { SelfCalibration = true }).Verdict("2026-11").Level);

    [Fact]
    public void A_calibration_in_the_log_counts()
    {
        var bench = Bench(null);
        Assert.Equal(VerdictLevel.NotMet, bench.Verdict("2026-11").Level);
        bench.Engine.Accept(new LogEntry(1, new CalibrationRecord
        {
            Device = "air", When = Instant.From(new DateTimeOffset(2026, 11, 5, 9, 0, 0, TimeSpan.Zero)), Author = "a", Method = "certificate", Certificate = "C-9",
        }.ToFact()));
        Assert.Equal(VerdictLevel.Level3, bench.Verdict("2026-11").Level);
    }

    [Theory]
    [InlineData("A", VerdictLevel.NotMet)]
    [InlineData("1", VerdictLevel.Level3)]
    [InlineData("0.5S", VerdictLevel.Level3)]
    [InlineData(null, VerdictLevel.NotMet)]
    public void Meters_have_a_class(string? accuracyClass, VerdictLevel level)
    {
        var verdict = Bench(new Instrument("air") { Calibrated = new DateOnly(2026, 10, 1), Certificate = "C-1" }, accuracyClass).Verdict("2026-11");
        Assert.Equal((level, level == VerdictLevel.Level3 ? null : "main"), (verdict.Level, verdict.Finding.Cause));
    }
}
