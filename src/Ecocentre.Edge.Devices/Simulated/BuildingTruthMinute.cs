namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>What does not change within one minute of the simulated building.</summary>
/// <param name="Minute">Minutes since 1970-01-01T00:00:00Z.</param>
/// <param name="LocalHour">Time of the local day in hours, 0 to below 24.</param>
/// <param name="Workday">Monday to Friday by local date, and no public holiday.</param>
/// <param name="People">In the whole building, mean.</param>
/// <param name="OpenDesks">Desks taken in the open space and the focus room, mean.</param>
/// <param name="QuietDesks">Desks taken in the quiet space, mean.</param>
/// <param name="Meeting">People in the two meeting rooms, mean.</param>
/// <param name="Kitchen">People in the kitchen, mean.</param>
/// <param name="OutdoorCelsius">Outdoor air.</param>
/// <param name="Sun">Share of full sunshine on the roof, 0 to 1.</param>
internal readonly record struct BuildingTruthMinute(
    long Minute, double LocalHour, bool Workday, double People, double OpenDesks, double QuietDesks, double Meeting, double Kitchen,
    double OutdoorCelsius, double Sun)
{
    /// <summary>Share of all desks taken, 0 to 1.</summary>
    public double Staff => (OpenDesks + QuietDesks) / BuildingPlan.Desks.Length;
}
