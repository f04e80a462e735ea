namespace Ecocentre.Edge.Reports.Figures;

/// <summary>How much is known of each local day, by rows that have a name: coverage 0 to 1.</summary>
/// <param name="First">First day.</param>
internal sealed record DayGrid(DateOnly First, int Days, IReadOnlyList<DayRow> Rows);

/// <summary>One row: points that belong together.</summary>
/// <param name="Coverage">By day, the mean over the points; a day without a window counts as nothing known.</param>
/// <param name="Points">How many points.</param>
internal sealed record DayRow(string Name, int Points, double[] Coverage)
{
    internal double Mean => Coverage.Length == 0 ? double.NaN : Coverage.Average();
}
