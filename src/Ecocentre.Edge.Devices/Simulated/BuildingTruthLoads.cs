using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>One consumer or producer of the simulated building.</summary>
/// <param name="Name">What a simulated meter names it by.</param>
/// <param name="FirstPermille">Share of its power on L1.</param>
/// <param name="SecondPermille">Share of its power on L2; the rest is on L3.</param>
/// <param name="ReactivePermille">Inductive reactive power for each 1000 of active power.</param>
/// <param name="Deciwatts">Its power.</param>
internal sealed record BuildingTruthLoad(
    string Name, int FirstPermille, int SecondPermille, int ReactivePermille, BuildingTruthShape Deciwatts);

/// <summary>Power in 0.1 W during one second of a minute, with a seed for its irregularity; consumption is positive.</summary>
internal delegate int BuildingTruthShape(in BuildingTruthMinute m, long second, int seed);

/// <summary>The loads of a shared work centre of 60 desks: heat pump, ventilation, plugs, kitchen, a car charger, and 9 kWp on the roof.</summary>
/// <remarks>The numbers are chosen to look like such a building; none is measured. Each is a pure function of minute, second and
/// seed.</remarks>
internal static class BuildingTruthLoads
{
    public static ImmutableArray<BuildingTruthLoad> All { get; } =
    [
        new("heat-pump", 334, 333, 380, HeatPump),
        new("ventilation", 333, 334, 420, Ventilation),
        new("lighting", 360, 310, 120, Lighting),
        new("plugs-open-space", 410, 330, 190, PlugsOpenSpace),
        new("plugs-quiet-space", 0, 560, 190, PlugsQuietSpace),
        new("plugs-meeting", 300, 450, 160, PlugsMeeting),
        new("plugs-kitchen", 420, 380, 60, Kitchen),
        new("water-heater", 0, 0, 0, WaterHeater),
        new("server", 1000, 0, 240, Server),
        new("charger", 0, 1000, 30, Charger),
        // What no meter below the main one sees: lift, alarms, doors, losses.
        new("unmetered", 500, 0, 300, Unmetered),
        new("pv", 333, 334, 0, Photovoltaics),
    ];

    private static int HeatPump(in BuildingTruthMinute m, long second, int seed)
    {
        var heating = (16.5 - m.OutdoorCelsius) / 22;
        var cooling = (m.OutdoorCelsius - 23) / 12;
        var open = m.Workday && m.LocalHour is > 5.5 and < 19.5;
        var demand = Math.Clamp(Math.Max(heating, cooling), 0, 0.95) * (open ? 1 : 0.5);
        // The compressor runs for the demanded share of each 18 minutes; the fans run with the opening hours.
        var phase = (m.Minute + 7) % 18 / 18.0;
        var fans = open ? 210 : 0;
        if (phase >= demand) return Deci(38 + fans + 2 * Jitter(seed, 101, second));
        return Deci(4300 + 900 * BuildingTruthNoise.Smooth(seed, 102, m.Minute / 18.0) + fans + 45 * Jitter(seed, 101, second));
    }

    private static int Ventilation(in BuildingTruthMinute m, long second, int seed)
    {
        var open = m.Workday && m.LocalHour is >= 6 and < 19.5;
        return Deci((open ? 560 : 65) + 4 * Jitter(seed, 181, second));
    }

    private static int PlugsOpenSpace(in BuildingTruthMinute m, long second, int seed)
    {
        // The printer heats up for 6 seconds at a time, the more often the more people there are.
        var printing = BuildingTruthNoise.Uniform(seed, 112, second / 6) < 0.05 * m.Staff ? 720 : 0;
        return Deci(165 + 58 * m.OpenDesks + printing + 22 * Jitter(seed, 111, second));
    }

    private static int PlugsQuietSpace(in BuildingTruthMinute m, long second, int seed) =>
        Deci(48 + 55 * m.QuietDesks + 9 * Jitter(seed, 113, second));

    private static int PlugsMeeting(in BuildingTruthMinute m, long second, int seed) =>
        Deci(28 + (m.Meeting > 0 ? 260 : 0) + 38 * m.Meeting + 6 * Jitter(seed, 121, second));

    private static int Kitchen(in BuildingTruthMinute m, long second, int seed)
    {
        var fridge = (m.Minute + 11) % 34 < 12 ? 118 : 7;
        // A coffee machine or kettle takes 84 seconds; a slot has room for one.
        var wanted = Math.Min(0.9, m.Kitchen * 0.11 + 0.04 * m.Staff);
        var kettle = BuildingTruthNoise.Uniform(seed, 131, second / 84) < wanted ? 1380 : 0;
        var dishes = m.Workday && m.LocalHour is > 14.2 and < 15.1 ? (m.Minute % 25 < 14 ? 1910 : 140) : 0;
        return Deci(fridge + kettle + dishes + 9 + 4 * Jitter(seed, 132, second));
    }

    private static int Lighting(in BuildingTruthMinute m, long second, int seed)
    {
        const double EmergencyW = 24, ZoneW = 340;
        var power = EmergencyW;
        // Six zones come on one after the other as people arrive, and dim with daylight.
        for (var zone = 0; zone < 6; zone++)
        {
            if (m.Staff > 0.02 + 0.1 * zone) power += ZoneW * Math.Clamp(1.05 - 1.4 * m.Sun, 0.25, 1);
        }
        return Deci(power + 1.5 * Jitter(seed, 141, second));
    }

    private static int WaterHeater(in BuildingTruthMinute m, long second, int seed)
    {
        // The tank is heated before work, and again for the warm water that people take; a cycle is 40 minutes.
        var morning = m.Workday && m.LocalHour is > 5 and < 6.2;
        var demand = morning ? 0.9 : 0.04 + 0.3 * m.Staff;
        return Deci((m.Minute + 23) % 40 / 40.0 < demand ? 1950 + 6 * Jitter(seed, 191, second) : 2.1);
    }

    private static int Charger(in BuildingTruthMinute m, long second, int seed)
    {
        // On four workdays of five somebody plugs a car in after they arrive; the last quarter of an hour tapers.
        var day = m.Minute / 1440;
        if (!m.Workday || BuildingTruthNoise.Uniform(seed, 195, day) > 0.8) return Deci(6);
        var from = 8.2 + 1.5 * BuildingTruthNoise.Uniform(seed, 196, day);
        var left = from + 1.5 + 3 * BuildingTruthNoise.Uniform(seed, 197, day) - m.LocalHour;
        if (m.LocalHour < from || left <= 0) return Deci(6);
        return Deci(7300 * Math.Clamp(left / 0.25, 0.2, 1) + 15 * Jitter(seed, 198, second));
    }

    private static int Server(in BuildingTruthMinute m, long second, int seed) =>
        Deci(415 + 60 * BuildingTruthNoise.Smooth(seed, 151, m.Minute / 9.0) + 70 * m.Staff + 7 * Jitter(seed, 152, second));

    private static int Unmetered(in BuildingTruthMinute m, long second, int seed) =>
        Deci(88 + 24 * BuildingTruthNoise.Smooth(seed, 161, m.Minute / 31.0)
            + (BuildingTruthNoise.Uniform(seed, 162, second / 25) < 0.04 * m.Staff ? 3200 : 0) + 3 * Jitter(seed, 163, second));

    private static int Photovoltaics(in BuildingTruthMinute m, long second, int seed)
    {
        // 9 kWp lose about a tenth on the way; below 40 W the inverter gives up and draws its own 5 W.
        var generated = 8100 * m.Sun * (1 + 0.02 * Jitter(seed, 171, second));
        return generated < 40 ? Deci(5.2) : -Deci(generated);
    }

    private static double Jitter(int seed, int stream, long second) => 2 * BuildingTruthNoise.Uniform(seed, stream, second) - 1;

    private static int Deci(double watts) => (int)Math.Round(Math.Max(0, watts) * 10);
}
