using System.Text.Json.Nodes;
using Ecocentre.Edge.Devices.Simulated;

namespace Ecocentre.Edge.Commands;

/// <summary>How the chips and lines of a simulated building stand in a site file.</summary>
internal static class SimulatedSite
{
    // The years in which anybody runs a demo of this version.
    private const int FirstYear = 2025, LastYear = 2030;

    internal static IEnumerable<DateOnly> Holidays() =>
        Enumerable.Range(0, new DateOnly(LastYear + 1, 1, 1).DayNumber - new DateOnly(FirstYear, 1, 1).DayNumber)
            .Select(day => new DateOnly(FirstYear, 1, 1).AddDays(day)).Where(BuildingCalendar.IsHoliday);

    internal static JsonObject Chips(SimulatedBox box, SimulatedInstruments instruments) => new()
    {
        ["name"] = "i2c",
        ["i2c"] = new JsonObject { ["path"] = SimulatedBox.I2cPath },
        ["devices"] = new JsonArray([.. box.Sensors.Select(sensor => Chip(sensor, instruments))]),
    };

    internal static JsonObject Lines(SimulatedBox box) => new()
    {
        ["name"] = "gpio",
        ["gpio"] = new JsonObject { ["path"] = SimulatedBox.GpioPath },
        ["devices"] = new JsonArray([.. box.Inputs.Select(Line)]),
    };

    private static JsonObject Chip(SimulatedSensor sensor, SimulatedInstruments instruments)
    {
        var chip = new JsonObject { ["name"] = sensor.Name, ["sensor"] = sensor.Type, ["address"] = $"0x{sensor.Address:x2}" };
        if (sensor.Branch is { } branch) chip["mux"] = new JsonObject { ["address"] = $"0x{branch.Address:x2}", ["channel"] = branch.Channel };
        // What hangs outside is in no room.
        if (sensor.Place != BuildingPlan.Outdoor) chip["place"] = sensor.Place;
        if (sensor.Type is "scd41" or "scd30" or "sen66") chip["pressureFrom"] = SimulatedBox.Barometer;
        chip["instrument"] = instruments.Of(sensor);
        return chip;
    }

    private static JsonObject Line(SimulatedInput input)
    {
        var line = new JsonObject { ["line"] = input.Offset, ["activeLow"] = input.IsActiveLow, ["bias"] = "pull-up" };
        if (input.Worth is { } worth)
        {
            (line["debounce"], line["quantity"], line["perPulse"], line["register"]) = ("10ms", worth.Quantity, worth.PerPulse, worth.Register);
            return new JsonObject { ["name"] = input.Name, ["pulse"] = line };
        }
        line["debounce"] = "50ms";
        if (input.Line is DeskPir) line["warmUp"] = "30s";
        return new JsonObject { ["name"] = input.Name, ["place"] = BuildingPlan.Desks[input.Desk!.Value].Space, ["contact"] = line };
    }
}
