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

/// <summary>The loads of a small shared work centre: 40 workplaces, a meeting room, a kitchen, a heat pump and 9 kWp on the roof.</summary>
/// <remarks>The numbers are chosen to look like such a building; none is measured. Each is a pure function of minute, second and
/// seed.</remarks>
internal static class BuildingTruthLoads
{
    public static ImmutableArray<BuildingTruthLoad> All { get; } =
    [
        new("heat-pump", 334, 333, 380, HeatPump),
        new("plugs-open-space", 410, 330, 190, PlugsOpenSpace),
        new("plugs-meeting", 300, 450, 160, PlugsMeeting),
        new("kitchen", 420, 380, 60, Kitchen),
        new("lighting", 360, 310, 120, Lighting),
        new("server", 1000, 0, 240, Server),
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

    private static int PlugsOpenSpace(in BuildingTruthMinute m, long second, int seed)
    {
        // The printer heats up for 6 seconds at a time, the more often the more people there are.
        var printing = BuildingTruthNoise.Uniform(seed, 112, second / 6) < 0.05 * m.Staff ? 720 : 0;
        return Deci(165 + 40 * 58 * m.Staff + printing + 22 * Jitter(seed, 111, second));
    }

    private static int PlugsMeeting(in BuildingTruthMinute m, long second, int seed) =>
        Deci(28 + (m.Meeting > 0 ? 260 : 0) + 8 * 42 * m.Meeting + 6 * Jitter(seed, 121, second));

    private static int Kitchen(in BuildingTruthMinute m, long second, int seed)
    {
        var fridge = (m.Minute + 11) % 34 < 12 ? 118 : 7;
        // A coffee machine or kettle takes 84 seconds; a slot has room for one.
        var wanted = m.Staff * (m.LocalHour is > 8 and < 10.5 or > 12.5 and < 14.5 ? 0.55 : 0.18);
        var kettle = BuildingTruthNoise.Uniform(seed, 131, second / 84) < wanted ? 1380 : 0;
        var dishes = m.Workday && m.LocalHour is > 14.2 and < 15.1 ? (m.Minute % 25 < 14 ? 1910 : 140) : 0;
        return Deci(fridge + kettle + dishes + 9 + 4 * Jitter(seed, 132, second));
    }

    private static int Lighting(in BuildingTruthMinute m, long second, int seed)
    {
        const double EmergencyW = 24, ZoneW = 340;
        var power = EmergencyW;
        // Four zones come on one after the other as people arrive, and dim with daylight.
        for (var zone = 0; zone < 4; zone++)
        {
            if (m.Staff > 0.02 + 0.14 * zone) power += ZoneW * Math.Clamp(1.05 - 1.4 * m.Sun, 0.25, 1);
        }
        return Deci(power + 1.5 * Jitter(seed, 141, second));
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
