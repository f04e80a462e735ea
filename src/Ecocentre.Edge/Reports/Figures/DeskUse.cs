namespace Ecocentre.Edge.Reports.Figures;

/// <summary>How much of the desks of a cell is taken, by weekday and hour of the local clock: desk-hours taken by desk-hours
/// offered.</summary>
/// <param name="Cell">Id of the space, or null for the centre.</param>
/// <param name="Desks">Never fewer than a cell must have.</param>
/// <param name="Share">By weekday from Monday, then hour: 0 to 1, NaN where nothing is known.</param>
/// <param name="Whole">Over all hours in which desks were offered.</param>
/// <param name="KnownShare">Share of the hours of the period that are known.</param>
internal sealed record DeskUse(string? Cell, int Desks, double[,] Share, double Whole, double KnownShare)
{
    internal const int Weekdays = 7;

    /// <summary>From the means of both points by hour.</summary>
    internal static DeskUse Of(string? cell, int desks, HourGrid occupied, HourGrid offered)
    {
        var (taken, there) = (new double[Weekdays, HourGrid.Hours], new double[Weekdays, HourGrid.Hours]);
        var known = 0;
        for (var day = 0; day < occupied.Days; day++)
            for (var hour = 0; hour < HourGrid.Hours; hour++)
            {
                var (desksTaken, desksThere) = (occupied[day, hour], offered[day, hour]);
                if (double.IsNaN(desksTaken) || double.IsNaN(desksThere)) continue;
                known++;
                // Monday first; DayOfWeek counts from Sunday.
                var weekday = ((int)occupied.First.AddDays(day).DayOfWeek + 6) % Weekdays;
                taken[weekday, hour] += desksTaken;
                there[weekday, hour] += desksThere;
            }
        var share = new double[Weekdays, HourGrid.Hours];
        double allTaken = 0, allThere = 0;
        for (var weekday = 0; weekday < Weekdays; weekday++)
            for (var hour = 0; hour < HourGrid.Hours; hour++)
            {
                share[weekday, hour] = there[weekday, hour] > 0 ? taken[weekday, hour] / there[weekday, hour] : double.NaN;
                allTaken += taken[weekday, hour];
                allThere += there[weekday, hour];
            }
        return new DeskUse(
            cell, desks, share, allThere > 0 ? allTaken / allThere : double.NaN, occupied.Days == 0 ? 0
                : (double)known / (occupied.Days * HourGrid.Hours));
    }
}
