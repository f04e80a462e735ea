using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge;

/// <summary>The centre's devices as instruments: what the site declares and what chips say of themselves goes into the log when it changed, another serial
/// than the declared one is told, and a calibration that runs out makes readings questionable.</summary>
internal sealed class Instruments
{
    // What a chip says of itself changes when it is started anew, and somebody reads of it tomorrow.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Intake _intake;
    private Site _site;
    private IReadOnlyList<LogEntry> _records;
    private readonly Dictionary<string, InstrumentRecord> _known = new(StringComparer.Ordinal);

    /// <param name="records">Of the log, in sequence.</param>
    internal Instruments(Site site, IReadOnlyList<LogEntry> records, Intake intake)
    {
        (_site, _intake, _records) = (site, intake, records);
        foreach (var record in records.Select(entry => InstrumentRecord.From((RecordFact)entry.Fact)).OfType<InstrumentRecord>())
            _known[record.Declared.Device] = record;
    }

    /// <summary>Until when a device's readings are good, by what the site declares and what was calibrated since; null for ever.</summary>
    internal static Instant? ValidUntil(Instrument instrument, IEnumerable<CalibrationRecord> calibrations)
    {
        if (instrument.CalibrationMonths is null) return null;
        var days = calibrations.Where(c => c.Device == instrument.Device)
            .Select(c => (DateOnly?)DateOnly.FromDateTime(c.When.ToDateTimeOffset().UtcDateTime)).Append(instrument.Calibrated);
        return (instrument with { Calibrated = days.Max() }).ValidUntil;
    }

    /// <summary>A calibration has just been recorded: the gateway is told what it extends.</summary>
    internal static void Extend(Gateway gateway, Site site, CalibrationRecord calibration)
    {
        if (site.Instruments.FirstOrDefault(i => i.Device == calibration.Device) is { } instrument) SetValidity(gateway, site,
            instrument, [calibration]);
    }

    /// <summary>The site has changed: as at a start, for the gateway that goes on. The gateway loop's thread.</summary>
    internal void Change(Site site, IReadOnlyList<LogEntry> records, Gateway gateway, Recorder recorder, Instant now)
    {
        lock (_gate)
        {
            (_site, _records) = (site, records);
            Begin(gateway, recorder, now);
        }
    }

    /// <summary>Before the first step: tells the gateway how long each instrument is valid, and notes what the site declares anew.</summary>
    internal void Begin(Gateway gateway, Recorder recorder, Instant now)
    {
        var calibrations = _records.Select(entry => CalibrationRecord.From((RecordFact)entry.Fact)).OfType<CalibrationRecord>().ToArray();
        foreach (var instrument in _site.Instruments)
        {
            SetValidity(gateway, _site, instrument, calibrations);
            var known = _known.GetValueOrDefault(instrument.Device);
            if (known?.Declared == instrument) continue;
            // What an earlier run heard of the chip stands until the chip says something else.
            var record = known is null ? new InstrumentRecord(instrument) : known with { Declared = instrument };
            _known[instrument.Device] = record;
            recorder.Note(record.ToFact(now));
            if (record.IsAnother) recorder.Note(Another(record, now));
        }
    }

    /// <summary>Looks what chips say of themselves, until cancelled.</summary>
    internal async Task WatchAsync(RunningBuses buses, Func<Instant> now, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                // All at once: at a start every chip has something to say, and each transaction wears the card.
                LogFact[] facts = [.. buses.Sensors.SelectMany(sensor => sensor.Self is { } self ? Compare(sensor.Name, self, now()) : [])];
                if (facts.Length > 0) await _intake.Work.Writer.WriteAsync(new LoopWork(facts), cancellation);
                await Task.Delay(LookPeriod, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    /// <summary>What is to be recorded of what a chip says of itself; nothing when nothing changed.</summary>
    internal LogFact[] Compare(string device, Devices.Sensors.SensorSelf self, Instant now)
    {
        lock (_gate) return Differences(device, self, now);
    }

    private LogFact[] Differences(string device, Devices.Sensors.SensorSelf self, Instant now)
    {
        var known = _known.GetValueOrDefault(device) ?? new InstrumentRecord(_site.Instruments.FirstOrDefault(i =>
            i.Device == device) ?? new Instrument(device));
        var told = known with { ToldType = self.Type, ToldSerial = self.Serial, ToldSelfCalibration = self.SelfCalibration };
        if (told == known) return [];
        _known[device] = told;
        var record = told.ToFact(now);
        return told.IsAnother ? [record, new IncidentFact(Another(told, now))] : [record];
    }

    private static Incident Another(InstrumentRecord record, Instant now) => new(now, IncidentKind.InstrumentDiffers, record.Declared.Device,
        $"{record.Declared.Device} says that its serial is {record.ToldSerial}; {record.Declared.Serial} is declared. "
            + "Say `device swap`, or mend the site file.");

    private static void SetValidity(Gateway gateway, Site site, Instrument instrument, IEnumerable<CalibrationRecord> calibrations)
    {
        var until = ValidUntil(instrument, calibrations);
        foreach (var point in site.Points.Where(p => p.Device == instrument.Device && !p.Derived)) gateway.SetValidity(point.Id, until);
    }
}
