namespace Ecocentre.Edge.Sites;

/// <summary>What in a site is allowed but seldom meant. For people who check it; nothing is refused for it.</summary>
internal static class SiteRemarks
{
    internal static IEnumerable<string> Of(Site site)
    {
        var desks = site.Occupancy.Desks;
        foreach (var desk in desks.Where(d => d.Sensors.IsEmpty))
            yield return $"desk {desk.Id} has no sensor: it will always be unknown.";
        foreach (var shared in desks.SelectMany(d => d.Sensors, (desk, sensor) => (desk.Id, Sensor: sensor)).GroupBy(s => s.Sensor)
            .Where(g => g.Count() > 1))
            yield return $"{site.Points[shared.Key.Value].Name} watches {string.Join(" and ", shared.Select(s => s.Id))}: they will be "
                + $"taken and freed together.";
        var watched = desks.SelectMany(d => d.Sensors).ToHashSet();
        foreach (var point in site.Points.Where(p => DeskPlaces.IsPresence(p.Quantity) && !p.Derived && !watched.Contains(p.Id) && p.Place is null))
            yield return $"{point.Name} watches no desk and has no place: nothing is made of it.";
        foreach (var space in site.Spaces.Where(s => desks.Any(d => d.Space == s.Id) && s.AreaSquareMetres is null))
            yield return $"space {space.Id} has desks but no area: criteria that weigh by area leave it out.";
        if (site.Label is { } label)
            foreach (var missing in new CentreLabel(site, label).Missing()) yield return $"{missing}, will be not applicable.";
        if (site.AltitudeMetres is null && site.Buses.SelectMany(b => b.Devices).OfType<SiteSensor>()
            .Any(s => s.Type.CalibrationPpm is not null && s.Options.PressureFrom is null))
            yield return "\"altitude\" is not said: CO2 sensors keep the one they have, which is sea level from the factory; 1 % of the "
                + "reading per 90 m.";
    }
}
