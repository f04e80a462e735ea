using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Occupancy;

/// <summary>How finely the past of occupancy leaves the gateway: by quarter hours and longer. Minutes are kept for judging and told to nobody.</summary>
public static class OccupancyHistory
{
    /// <summary>Shortest window of occupancy that outsiders get. A quarter hour is practice (facts of CNIL and WP216 ask for the coarsest that serves);
    /// the label profile states its own limit.</summary>
    public static readonly TimeSpan Finest = TimeSpan.FromMinutes(15);

    /// <summary>Whether a point of that quantity tells who is there.</summary>
    /// <param name="quantity">Dotted name.</param>
    public static bool IsOccupancy(string quantity) => quantity is "presence" or "people" or "desks.occupied" or "desks.offered";

    /// <summary>Whether a fact of the log is too fine to be told outside; its sequence is told all the same.</summary>
    public static bool IsWithheld(LogFact fact) => fact is WindowFact window && IsWithheld(window.Series.Quantity, window.Aggregate.Kind);

    /// <summary>Whether windows of that length are too fine for a quantity.</summary>
    public static bool IsWithheld(string quantity, WindowKind kind) => kind is WindowKind.Live or WindowKind.Minute && IsOccupancy(quantity);
}
