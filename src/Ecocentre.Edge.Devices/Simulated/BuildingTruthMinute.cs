namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>What does not change within one minute of the simulated building.</summary>
/// <param name="Minute">Minutes since 1970-01-01T00:00:00Z.</param>
/// <param name="LocalHour">Time of the local day in hours, 0 to below 24.</param>
/// <param name="Workday">Monday to Friday by local date.</param>
/// <param name="Staff">Share of the open space's workplaces taken, 0 to 1.</param>
/// <param name="Meeting">Share of the meeting room's chairs taken, 0 to 1.</param>
/// <param name="OutdoorCelsius">Outdoor air.</param>
/// <param name="Sun">Share of full sunshine on the roof, 0 to 1.</param>
internal readonly record struct BuildingTruthMinute(
    long Minute, double LocalHour, bool Workday, double Staff, double Meeting, double OutdoorCelsius, double Sun);
