using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Tests.Sites;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests;

public sealed class InstrumentsTests : IDisposable
{
    private static readonly Instant Now = new(1_795_287_600_000);

    private readonly SiteBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Validity_runs_from_the_newest_calibration_declared_or_recorded()
    {
        var instrument = new Instrument("air-1") { Calibrated = new DateOnly(2024, 2, 29), CalibrationMonths = 24 };
        Assert.Equal("2026-02-28T00:00:00.000Z", Instruments.ValidUntil(instrument, [])!.Value.ToString());
        Assert.Equal("2028-11-21T00:00:00.000Z", Instruments.ValidUntil(instrument, [Calibration("air-1"), Calibration("air-2")])!.Value.ToString());
        Assert.Equal("2026-02-28T00:00:00.000Z", Instruments.ValidUntil(instrument, [Calibration("air-2")])!.Value.ToString());
        Assert.Null(Instruments.ValidUntil(instrument with { CalibrationMonths = null }, [Calibration("air-1")]));
    }

    [Fact]
    public void What_a_chip_says_of_itself_is_recorded_when_it_changes_and_another_serial_is_told()
    {
        var site = _bench.Good(
            """
            "buses": [ { "name": "i2c", "i2c": { "path": "/dev/i2c-1" }, "devices": [
              { "name": "air-1", "sensor": "sht41", "instrument": { "maker": "Sensirion", "serial": "00AB12" } },
              { "name": "air-2", "sensor": "sht41", "address": "0x45" } ] } ]
            """);
        var instruments = new Instruments(site, [], new Intake(GatewayLimits.Default));
        var first = Assert.Single(instruments.Compare("air-1", new SensorSelf("sht41") { Serial = "00ab12" }, Now));
        var record = InstrumentRecord.From(Assert.IsType<RecordFact>(first))!;
        Assert.Equal(("Sensirion", "00ab12", false), (record.Declared.Maker, record.ToldSerial, record.IsAnother));
        Assert.Empty(instruments.Compare("air-1", new SensorSelf("sht41") { Serial = "00ab12" }, Now));

        var other = instruments.Compare("air-1", new SensorSelf("sht41") { Serial = "00ab13" }, Now);
        Assert.Equal(2, other.Length);
        var incident = Assert.IsType<IncidentFact>(other[1]).Incident;
        Assert.Equal((IncidentKind.InstrumentDiffers, "air-1"), (incident.Kind, incident.Subject));
        Assert.Contains("00ab13", incident.Text);
        // Nobody declared it; it is recorded all the same.
        Assert.Equal("air-2", Assert.IsType<RecordFact>(Assert.Single(instruments.Compare("air-2", new SensorSelf("sht41") { Serial = "7" }, Now))).Subject);

        // What stands in the log is not recorded again by the next run.
        var log = new[] { first, other[0] }.Select((fact, i) => new LogEntry(i + 1, fact)).ToArray();
        Assert.Empty(new Instruments(site, log, new Intake(GatewayLimits.Default)).Compare("air-1", new SensorSelf("sht41") { Serial = "00ab13" }, Now));
    }

    [Fact]
    public void Another_serial_declared_for_a_chip_that_is_known_is_told_at_the_start()
    {
        var site = _bench.Good(
            """
            "buses": [ { "name": "i2c", "i2c": { "path": "/dev/i2c-1" }, "devices": [ { "name": "air-1", "sensor": "sht41", "instrument": { "serial": "2" } } ] } ]
            """);
        var before = new InstrumentRecord(new Instrument("air-1") { Serial = "1" }) { ToldType = "sht41", ToldSerial = "1" };
        using var log = EvidenceLog.Open(_bench.Scratch.File("other.db"), "tested", LogOptions.Default, Now);
        log.Append([before.ToFact(Now)], [], Now);
        var (gateway, recorder) = (new Gateway(site.Points, site.Zone, GatewayLimits.Default), new Recorder(log, site.Points, NullLogger.Instance));
        new Instruments(site, log.Records(), new Intake(GatewayLimits.Default)).Begin(gateway, recorder, Now);
        recorder.Record(StepOutput.Empty, gateway, Now);
        var facts = log.Read(1, 10).Select(e => e.Fact).ToArray();
        Assert.Equal(before with { Declared = before.Declared with { Serial = "2" } }, InstrumentRecord.From(Assert.IsType<RecordFact>(facts[0])));
        Assert.Equal(IncidentKind.InstrumentDiffers, Assert.IsType<IncidentFact>(facts[1]).Incident.Kind);

        // The next start finds nothing new.
        new Instruments(site, log.Records(), new Intake(GatewayLimits.Default)).Begin(gateway, recorder, Now);
        recorder.Record(StepOutput.Empty, gateway, Now);
        Assert.Equal(3, log.Head);
    }

    private static CalibrationRecord Calibration(string device) => new() { Device = device, When = Now, Author = "A", Method = "forced" };
}
