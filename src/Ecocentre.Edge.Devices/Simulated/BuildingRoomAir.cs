namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>What the air of a room remembers from one minute to the next, and how a minute changes it: balances of carbon dioxide, heat, water
/// and dust.</summary>
/// <param name="Co2">ppm.</param>
/// <param name="Celsius">Temperature.</param>
/// <param name="Moisture">Water, g/m³.</param>
/// <param name="Dust">PM2.5, µg/m³.</param>
/// <param name="Solvents">Smells and solvents, in the unit of one person's emission spread over a cubic metre.</param>
/// <param name="WindowOpen">Somebody has opened a window.</param>
internal readonly record struct BuildingRoomAir(double Co2, double Celsius, double Moisture, double Dust, double Solvents, bool WindowOpen)
{
    private const double Hour = 1.0 / 60;

    // Persily, de Jonge, Carbon dioxide generation rates for building occupants, Indoor Air 27 (2017), table 4: about 0.0052 L/s for adults at 1.4 met.
    private const double CarbonPerPerson = 0.0052 * 3600 / 1000;

    // Dry heat and water of a person at a desk (EN ISO 7730 speaks of 1.2 met, 126 W in all; two thirds of it dry), W and g/h.
    private const double WattsPerPerson = 80, GramsPerPerson = 55;

    private const double WattsPerDesk = 58, LightWattsPerSquareMetre = 6;

    // Of a light building with its furniture, for each m² of floor; 110 kJ/(m² K) is "light" in EN ISO 52016-1:2017, table B.14.
    private const double JoulesPerKelvin = 110_000;

    // Walls and windows for each m² of floor, W/K; air carries 0.34 Wh/(m³ K); the ventilation gives three quarters of the heat back.
    private const double ShellWatts = 0.75, AirWattHours = 0.34, HeatLost = 0.25;

    // What the heat pump can do at most, W/m²: it heats well and cools little.
    private const double HeatingMax = 55, CoolingMax = 28;

    // What people stir up, and a stove in use, µg/h.
    private const double PersonDust = 12, StoveDust = 2600;

    // Of the outdoor dust that much comes through the filters (a weak one) and through the cracks; that much settles in an hour.
    private const double FilterLets = 0.45, CracksLet = 0.8, SettlesPerHour = 0.25;

    // Through a square metre of window behind half-drawn blinds.
    private const double SunWatts = 160;

    private const double CracksPerHour = 0.15, NightVentsPerHour = 0.15, WindowPerHour = 3.2;

    /// <summary>The air one minute later.</summary>
    /// <param name="room">Number of the room.</param>
    /// <param name="minute">The minute that passes.</param>
    /// <param name="people">In the room, mean.</param>
    /// <param name="desks">Taken in the room, mean.</param>
    /// <param name="outdoors">What is outside, and what comes in from there.</param>
    public BuildingRoomAir After(int room, in BuildingTruthMinute minute, double people, double desks, in BuildingRoomAir outdoors, int seed)
    {
        var place = BuildingPlan.Rooms[room];
        var (volume, area) = (place.VolumeCubicMetres, place.AreaSquareMetres);
        var open = minute.Workday && minute.LocalHour is >= 6 and < 19.5;
        var vents = open ? place.VentedPerHour : NightVentsPerHour;
        var window = WindowOpen ? WindowPerHour : 0;
        var direct = CracksPerHour + window;
        var flow = vents + direct;

        var carbon = flow * (outdoors.Co2 - Co2) + people * CarbonPerPerson / volume * 1e6;
        // Walls and furniture take up and give back: as if there were more than twice as much air.
        var water = (flow * (outdoors.Moisture - Moisture) + (people * GramsPerPerson + Cooking(room, minute) * 400) / volume) / 2.4;
        var dust = (FilterLets * vents + CracksLet * CracksPerHour + window) * outdoors.Dust - (flow + SettlesPerHour) * Dust
            + (people * PersonDust + Cooking(room, minute) * StoveDust) / volume;
        var cleaning = minute.Workday && minute.LocalHour is >= 19 and < 19.7 ? 0.9 : 0;
        var solvents = people / volume + 0.012 + cleaning * 0.2 - flow * Solvents;

        var lit = people > 0.05 ? LightWattsPerSquareMetre * area : 0;
        var gain = people * WattsPerPerson + desks * WattsPerDesk + lit + minute.Sun * SunWatts * place.Facade * area + Cooking(room, minute) * 900;
        var loss = (Celsius - outdoors.Celsius) * (ShellWatts * area + AirWattHours * volume * (direct + HeatLost * vents));
        var warm = minute.Workday && minute.LocalHour is > 5.25 and < 19;
        var heating = Math.Clamp((warm ? 21.2 : 17) - Celsius, 0, 1) * HeatingMax * area;
        var cooling = Math.Clamp(Celsius - (warm ? 25 : 31), 0, 1) * CoolingMax * area;
        var kelvins = (gain - loss + heating - cooling) * 60 / (JoulesPerKelvin * area);
        return new BuildingRoomAir(
            Co2 + carbon * Hour, Celsius + kelvins, Moisture + water * Hour, Dust + dust * Hour, Solvents + solvents * Hour,
            Window(room, minute, people, outdoors.Celsius, seed));
    }

    /// <summary>What a sensor in it would be shown.</summary>
    public BuildingAirState State(double outdoorCo2) => new(
        Co2, Celsius, BuildingMoisture.Relative(Moisture, Celsius), Dust,
        Math.Clamp(45 + 900 * Solvents + 0.02 * (Co2 - outdoorCo2), 1, 500));

    /// <summary>Somebody in a room with a window opens it when the air is bad or hot, sooner or later, and shuts it when it is cold or good again.</summary>
    private bool Window(int room, in BuildingTruthMinute minute, double people, double outdoors, int seed)
    {
        const int WindowStream = 30;
        if (people < 0.5) return false;
        if (WindowOpen) return Celsius > 19.5 && outdoors < Celsius + 2 && (Co2 > 750 || Celsius > 24.5);
        var wanted = Co2 > 1250 && outdoors > -2 || Celsius > 25.3 && outdoors < Celsius - 1;
        return wanted && BuildingTruthNoise.Uniform(seed, WindowStream + room, minute.Minute) < 0.04;
    }

    /// <summary>How busy the stove is, 0 to 1.</summary>
    private static double Cooking(int room, in BuildingTruthMinute minute) =>
        room == BuildingPlan.Kitchen && minute.LocalHour is >= 11.75 and < 13.75 ? Math.Min(1, minute.Kitchen / 6) : 0;
}
