namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>A stretch of the year given by two days, both included, as month × 100 + day; it may reach over the new year.</summary>
internal static class Season
{
    internal static bool Contains(DateOnly date, double from, double to)
    {
        var day = date.Month * 100 + date.Day;
        return from <= to ? day >= from && day <= to : day >= from || day <= to;
    }
}
