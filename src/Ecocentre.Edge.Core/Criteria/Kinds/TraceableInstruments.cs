using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Whether instruments can be traced: accuracy class of the meters (2014/32/EU), age of the air sensors' calibration and its certificate. A
/// self-calibration is no calibration.</summary>
/// <remarks>Classes rank A 1, B 2, C 3; class 2, 1 and 0.5 of IEC 62053-21/22 are taken as A, B, C. An instrument that declares nothing holds no
/// level that asks for it. Judged at the end of the period, or now.</remarks>
public sealed class TraceableInstruments : CriterionKind
{
    public override string Name => "traceable-instruments";

    public override ImmutableArray<NumberShape> Limits => [new("calibrationMonthsMax", "months"), new("meterClassMin", "1"), new("certificateMin", "1")];

    public override ImmutableArray<InputShape> Inputs => [new("meters", InputSort.Role, Required: false), new("sensors", InputSort.BySpace, Required: false)];

    public override int SumCount => 0;

    public override void Measure(CriterionInput day, DayPart part)
    {
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var end = LocalDay.Of(period.Days[^1].Date, period.Centre.Zone).End;
        var devices = Devices(period).ToArray();
        if (devices.Length == 0) return Finding.NotApplicable("The centre has neither meters nor sensors that need it.");
        var worst = (Device: "", Level: 4);
        var stands = Array.ConvertAll(devices, d => StandOf(period, d.Device, d.IsMeter, end));
        return Whole(period, devices.Length, "1", level =>
        {
            var found = new LevelFinding(Outcome.Met, 0, double.NaN, "calibrationMonthsMax", "months", double.NaN, "");
            foreach (var (index, (device, isMeter)) in devices.Index())
            {
                var one = Compare(period.Criterion, stands[index], isMeter, level);
                if (one.Outcome == Outcome.Met) continue;
                if (found.Outcome == Outcome.Met) found = one;
                if (level < worst.Level) worst = (device, level);
            }
            return found;
        }) with
        {
            Cause = worst.Level < 4 ? worst.Device : null,
            Text = Say($"{devices.Length} instruments: {string.Join(", ", devices.Select(d => d.Device))}."),
        };
    }

    /// <summary>Rank of an accuracy class, 0 where it says nothing.</summary>
    internal static int RankOf(string? accuracyClass) => accuracyClass?.ToUpperInvariant() switch
    {
        "A" or "2" => 1,
        "B" or "1" => 2,
        "C" or "0.5" or "0.5S" or "0.2" or "0.2S" => 3,
        _ => 0,
    };

    private static LevelFinding Compare(Criterion criterion, in Stand stand, bool isMeter, int level)
    {
        if (isMeter) return Compare(criterion, "meterClassMin", level, stand.Rank);
        var age = Compare(criterion, "calibrationMonthsMax", level, stand.Months,
            (criterion.LimitOf("calibrationMonthsMax", level) - stand.Months) * DaysPerMonth, "d");
        return All(age, Compare(criterion, "certificateMin", level, stand.HasCertificate ? 1 : 0));
    }

    private static Stand StandOf(CriterionPeriod period, string device, bool isMeter, Time.Instant end)
    {
        var instrument = period.Centre.Instruments.GetValueOrDefault(device);
        if (isMeter) return new Stand(RankOf(instrument?.AccuracyClass), double.NaN, false);
        var record = period.Records.Newest(RecordKind.Calibration, device, end);
        var months = Calibrated(record, instrument) is { } day
            ? (end - LocalDay.Of(day, period.Centre.Zone).Start).TotalDays / DaysPerMonth : double.PositiveInfinity;
        var hasCertificate = instrument?.Certificate is not null || record is not null && CalibrationRecord.From(record)?.Certificate is not null;
        return new Stand(0, months, hasCertificate);
    }

    // Mean length of a month of the Gregorian calendar in days: 365.2425 / 12.
    private const double DaysPerMonth = 30.436875;

    private static DateOnly? Calibrated(RecordFact? record, Instrument? instrument)
    {
        var declared = instrument?.Calibrated;
        if (record is null) return declared;
        var recorded = DateOnly.FromDateTime(record.At.ToDateTimeOffset().UtcDateTime);
        return declared > recorded ? declared : recorded;
    }

    private static IEnumerable<(string Device, bool IsMeter)> Devices(CriterionPeriod period)
    {
        var (centre, inputs) = (period.Centre, period.Criterion.Inputs);
        var meters = inputs.TryGetValue("meters", out var role) ? centre.Roles.GetValueOrDefault(role, []) : [];
        var quantity = inputs.GetValueOrDefault("sensors");
        return centre.Points.Where(p => meters.Contains(p.Name)).Select(p => (p.Device, true))
            .Concat(centre.Points.Where(p => p.Quantity == quantity).Select(p => (p.Device, false)))
            .Distinct().OrderBy(d => d.Item1, StringComparer.Ordinal);
    }

    /// <param name="Rank">Of a meter: rank of its class.</param>
    /// <param name="Months">Of a sensor: since its newest calibration.</param>
    private readonly record struct Stand(int Rank, double Months, bool HasCertificate);
}
