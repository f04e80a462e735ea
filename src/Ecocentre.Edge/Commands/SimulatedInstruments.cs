using System.Globalization;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Commands;

/// <summary>The instruments of a simulated building as a site file declares them: chips with the serial number they really tell, sensors calibrated a
/// quarter before the building's first day, meters with their accuracy class.</summary>
/// <param name="start">First instant of the building.</param>
internal sealed class SimulatedInstruments(Instant start)
{
    // The strictest level of the label's criterion EV-2 asks for a calibration within twelve months.
    private const int CalibrationMonths = 12, CalibratedMonthsAgo = 3, InstalledMonthsAgo = 15;

    // Where people who sit breathe.
    private const double HeightMetres = 1.1;

    internal JsonObject Of(SimulatedSensor sensor)
    {
        // A title begins with the maker.
        var title = SensorCatalogue.TryGet(sensor.Type, out var type) ? type.Title.Split(' ', 2) : [sensor.Type, sensor.Type];
        var instrument = Device(title[0], title[^1], sensor.Serial);
        if (sensor.Place != BuildingPlan.Outdoor) instrument["height"] = HeightMetres;
        return Calibrated(instrument, sensor.Name);
    }

    internal JsonObject Of(SimulatedDevice device)
    {
        var model = device.Meter.Model;
        var instrument = Device(model.Brand, model.Models[0], $"SIM-{device.Name}");
        if (model.Points.ContainsKey("co2")) return Calibrated(instrument, device.Name);
        // MID, 2014/32/EU, annex V: class B is what billing meters of such connections have.
        instrument["accuracyClass"] = "B";
        return instrument;
    }

    private JsonObject Device(string maker, string type, string? serial)
    {
        var instrument = new JsonObject { ["maker"] = maker, ["type"] = type };
        if (serial is not null) instrument["serial"] = serial;
        instrument["installed"] = Day(InstalledMonthsAgo);
        return instrument;
    }

    private JsonObject Calibrated(JsonObject instrument, string name)
    {
        (instrument["calibrated"], instrument["calibrationMonths"]) = (Day(CalibratedMonthsAgo), CalibrationMonths);
        instrument["certificate"] = $"SIM-{name}-{Day(CalibratedMonthsAgo)}";
        return instrument;
    }

    private string Day(int monthsAgo) =>
        DateOnly.FromDateTime(start.ToDateTimeOffset().UtcDateTime).AddMonths(-monthsAgo).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
